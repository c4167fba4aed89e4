using System.Text;
using VfioMigration.Control.Requests;

namespace VfioMigration.Control;

/// <summary>The client's half of <see cref="ControlTable.Receive"/>: a connection that becomes a migration stream.</summary>
public static class MigrationConnection
{
    private const int MaxLine = 4096;

    /// <summary>
    /// Requests it; null when the stream can begin, else the reason why not. Reads no byte beyond that line. Throws <see cref="IOException"/>.
    /// </summary>
    public static string? Begin(Stream stream)
    {
        stream.Write(ControlTable.Receive.Write(new ReceiveRequest()));
        stream.Flush();
        var line = new List<byte>();
        for (int next = stream.ReadByte(); next != '\n'; next = stream.ReadByte())
        {
            if (next < 0 || line.Count == MaxLine)
            {
                return "the daemon closed the connection";
            }

            line.Add((byte)next);
        }

        string text = Encoding.UTF8.GetString([.. line]);
        return text == ControlLines.Ready ? null
            : text.StartsWith(ControlLines.Error, StringComparison.Ordinal) ? text[ControlLines.Error.Length..]
            : $"malformed answer to '{ControlTable.Receive.Name}'";
    }
}
