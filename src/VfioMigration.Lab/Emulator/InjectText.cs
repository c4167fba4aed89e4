using System.Text;

using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Lab.Emulator;

/// <summary>What is written to an <c>inject</c> file.</summary>
internal static class InjectText
{
    internal static Errno Take(ReadOnlySpan<byte> value, Action clear, Func<string, (Errno Error, string? Problem)> add, Action<string> report)
    {
        foreach (string line in Encoding.ASCII.GetString(value).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line == "clear")
            {
                clear();
                continue;
            }

            (Errno error, string? problem) = add(line);
            if (error != Errno.None)
            {
                report($"'{SysfsText.Printable(Encoding.ASCII.GetBytes(line))}': {problem ?? error.Text()}");
                return error;
            }
        }

        return Errno.None;
    }
}
