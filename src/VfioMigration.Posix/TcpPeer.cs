using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace VfioMigration.Posix;

/// <summary>The user at the other end of a TCP connection within this machine.</summary>
public static class TcpPeer
{
    private const int LocalColumn = 1;
    private const int RemoteColumn = 2;
    private const int UserColumn = 7;

    /// <summary>
    /// The owner of the socket that is connected to this one, from the kernel's table of connections (proc_net(5), tcp and tcp6); null when it is not on this machine, in another network
    /// namespace, or closed already.
    /// </summary>
    public static uint? UserOf(Socket socket)
    {
        if (socket.RemoteEndPoint is not IPEndPoint theirs || socket.LocalEndPoint is not IPEndPoint ours)
        {
            return null;
        }

        string[] local = Spellings(theirs);
        string[] remote = Spellings(ours);
        foreach (string table in (string[])["/proc/net/tcp", "/proc/net/tcp6"])
        {
            foreach (string line in File.Exists(table) ? File.ReadLines(table).Skip(1) : [])
            {
                string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length > UserColumn && local.Contains(fields[LocalColumn]) && remote.Contains(fields[RemoteColumn])
                    && uint.TryParse(fields[UserColumn], NumberStyles.None, CultureInfo.InvariantCulture, out uint user))
                {
                    return user;
                }
            }
        }

        return null;
    }

    /// <summary>As the tables have it: words of the address in the byte order of the machine, port in hexadecimal. An IPv4 address may be in both tables.</summary>
    private static string[] Spellings(IPEndPoint point)
    {
        IPAddress plain = point.Address.IsIPv4MappedToIPv6 ? point.Address.MapToIPv4() : point.Address;
        return plain.AddressFamily == AddressFamily.InterNetwork
            ? [Spell(plain, point.Port), Spell(plain.MapToIPv6(), point.Port)]
            : [Spell(plain, point.Port)];
    }

    private static string Spell(IPAddress address, int port)
    {
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(address.GetAddressBytes());
        var text = new System.Text.StringBuilder();
        foreach (uint word in words)
        {
            text.Append(CultureInfo.InvariantCulture, $"{word:X8}");
        }

        return text.Append(CultureInfo.InvariantCulture, $":{port:X4}").ToString();
    }
}
