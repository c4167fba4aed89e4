using System.Text;

using VfioMigration.Compatibility;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.TestDrivers.Faulty;

/// <summary>Does what the remote string says.</summary>
internal sealed class FaultyCompatibility : IMigrationCompatibility
{
    public Result<string> GetVersion() => "faulty-1";

    public Verdict Judge(ReadOnlySpan<byte> remote) => Encoding.Latin1.GetString(SysfsText.TrimNewline(remote)) switch
    {
        "faulty-1" => Verdict.Compatible("equal"),
        "throw" => throw new InvalidOperationException("judge"),
        "524" => Verdict.Incompatible(Errno.ENOTSUPP, "kernel-internal", "faulty: an errno user space must not see"),
        _ => Verdict.Incompatible(Errno.ENOTUNIQ, "other", "faulty: not mine"),
    };
}
