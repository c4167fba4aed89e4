using System.Globalization;

namespace VfioMigration.Posix;

/// <summary>What a process has mapped (<c>/proc/PID/maps</c>).</summary>
public static class ProcessMappings
{
    /// <summary>True when every page of a range is mapped, and writable if it is to be written.</summary>
    public static bool Covers(int thread, ulong address, ulong length, bool writes)
    {
        ulong next = address;
        ulong end = address + length;
        foreach ((ulong start, ulong last, string rights, _) in Read(thread))
        {
            if (last <= next)
            {
                continue;
            }

            if (start > next || rights[0] != 'r' || (writes && rights[1] != 'w'))
            {
                return false;
            }

            next = last;
            if (next >= end)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when a part of a range is a mapping of a file whose path begins so, as it is for the kernel's memory of devices.</summary>
    public static bool Touches(int thread, ulong address, ulong length, Func<string, bool> isDevice) =>
        Read(thread).Any(mapping => mapping.Start < address + length && address < mapping.End && isDevice(mapping.Line));

    private static IEnumerable<(ulong Start, ulong End, string Rights, string Line)> Read(int thread)
    {
        IEnumerator<string> lines;
        try
        {
            lines = File.ReadLines($"/proc/{thread}/maps").GetEnumerator();
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            yield break;
        }

        using (lines)
        {
            while (TryMove(lines))
            {
                string line = lines.Current;
                int dash = line.IndexOf('-', StringComparison.Ordinal);
                int space = line.IndexOf(' ', StringComparison.Ordinal);
                yield return (
                    ulong.Parse(line.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                    ulong.Parse(line.AsSpan(dash + 1, space - dash - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                    line.Substring(space + 1, 4),
                    line);
            }
        }
    }

    private static bool TryMove(IEnumerator<string> lines)
    {
        try
        {
            return lines.MoveNext();
        }
        catch (IOException)
        {
            return false;
        }
    }
}
