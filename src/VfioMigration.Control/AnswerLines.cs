using System.Net.Sockets;
using System.Text;

namespace VfioMigration.Control;

/// <summary>The lines that a daemon sends, with a look at whether it is still there when none comes.</summary>
/// <param name="socket">Connected; not owned.</param>
internal sealed class AnswerLines(Socket socket)
{
    private const byte Newline = (byte)'\n';

    private byte[] received = new byte[4096];
    private int start;
    private int end;

    /// <summary>The next line. Null at the end of the connection, also when it broke, and when the caller gives up.</summary>
    /// <param name="silence">After so long without a byte the caller is asked.</param>
    /// <param name="goesOn">Whether to wait for another such time.</param>
    internal string? Read(TimeSpan silence, Func<bool> goesOn)
    {
        int searched = 0;
        while (true)
        {
            int length = received.AsSpan(start + searched, end - start - searched).IndexOf(Newline);
            if (length >= 0)
            {
                string line = Encoding.UTF8.GetString(received, start, searched + length);
                start += searched + length + 1;
                return line;
            }

            searched = end - start;
            if (!TryFill(silence, goesOn))
            {
                return null;
            }
        }
    }

    private bool TryFill(TimeSpan silence, Func<bool> goesOn)
    {
        MakeRoom();
        try
        {
            while (!socket.Poll(silence, SelectMode.SelectRead))
            {
                if (!goesOn())
                {
                    return false;
                }
            }

            int count = socket.Receive(received.AsSpan(end));
            end += count;
            return count > 0;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private void MakeRoom()
    {
        received.AsSpan(start, end - start).CopyTo(received);
        (start, end) = (0, end - start);
        if (end == received.Length)
        {
            Array.Resize(ref received, 2 * received.Length);
        }
    }
}
