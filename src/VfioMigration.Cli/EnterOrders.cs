using System.Buffers.Binary;
using System.Text;

using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Cli;

/// <summary>
/// What <c>run</c> tells its inner half when the tree is served: paths to bind, and the command's arguments and environment, byte for byte as this process got them. They are read from
/// the kernel's record of it, since the runtime takes all text for UTF-8. Three lengths (4 bytes each, little endian), then three lists of strings that end with NUL.
/// </summary>
/// <param name="Points">Paths below /sys.</param>
/// <param name="Arguments">The command.</param>
/// <param name="Variables"><c>NAME=value</c> each.</param>
internal sealed record EnterOrders(IReadOnlyList<string> Points, byte[][] Arguments, byte[][] Variables)
{
    private const int Lists = 3;

    /// <summary>Of this process.</summary>
    /// <param name="points">Paths to bind.</param>
    /// <param name="words">How many of the last arguments are the command.</param>
    internal static EnterOrders ForThisProcess(IReadOnlyList<string> points, int words) =>
        new(points, Split(File.ReadAllBytes("/proc/self/cmdline"))[^words..], Split(CallersEnvironment()));

    /// <summary>As the launcher found it; without one, that of this process.</summary>
    private static byte[] CallersEnvironment() => Environment.GetEnvironmentVariable(CallerState.EnvironmentVariable) is { Length: > 0 } noted
        ? Convert.FromBase64String(noted)
        : File.ReadAllBytes("/proc/self/environ");

    internal Errno Send(FileDescriptor channel)
    {
        byte[][] lists = [Join([.. Points.Select(Encoding.UTF8.GetBytes)]), Join(Arguments), Join(Variables)];
        byte[] message = new byte[Lists * sizeof(int)];
        for (int i = 0; i < Lists; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(i * sizeof(int)), lists[i].Length);
        }

        return channel.WriteAll([.. message, .. lists[0], .. lists[1], .. lists[2]]);
    }

    /// <summary>Null when the other side gave up.</summary>
    internal static EnterOrders? Receive(FileDescriptor channel)
    {
        byte[] lengths = new byte[Lists * sizeof(int)];
        if (!TryFill(channel, lengths))
        {
            return null;
        }

        byte[][] lists = new byte[Lists][];
        for (int i = 0; i < Lists; i++)
        {
            lists[i] = new byte[BinaryPrimitives.ReadInt32LittleEndian(lengths.AsSpan(i * sizeof(int)))];
            if (!TryFill(channel, lists[i]))
            {
                return null;
            }
        }

        return new EnterOrders([.. Split(lists[0]).Select(Encoding.UTF8.GetString)], Split(lists[1]), Split(lists[2]));
    }

    private static bool TryFill(FileDescriptor channel, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            if (!channel.Read(destination).TryGet(out int count) || count == 0)
            {
                return false;
            }

            destination = destination[count..];
        }

        return true;
    }

    private static byte[] Join(byte[][] strings) => [.. strings.SelectMany(static text => text.Append((byte)0))];

    private static byte[][] Split(byte[] text)
    {
        var strings = new List<byte[]>();
        for (int start = 0; start < text.Length;)
        {
            int end = Array.IndexOf(text, (byte)0, start);
            end = end < 0 ? text.Length : end;
            strings.Add(text[start..end]);
            start = end + 1;
        }

        return [.. strings];
    }
}
