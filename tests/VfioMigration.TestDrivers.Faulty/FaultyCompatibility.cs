using System.Text;

using VfioMigration.Compatibility;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.TestDrivers.Faulty;

/// <summary>Does what the remote string says.</summary>
/// <param name="version">Its string; null for a device that says ENODEV.</param>
/// <param name="accepted">The string that it accepts.</param>
internal sealed class FaultyCompatibility(string? version = "faulty-1", string accepted = "faulty-1") : IMigrationCompatibility
{
    public Result<string> GetVersion() => version is null ? Errno.ENODEV : version;

    public Verdict Judge(ReadOnlySpan<byte> remote) => Encoding.Latin1.GetString(SysfsText.TrimNewline(remote)) switch
    {
        var own when own == accepted => Verdict.Compatible("equal"),
        "throw" => throw new InvalidOperationException("judge"),
        "524" => Verdict.Incompatible(Errno.ENOTSUPP, "kernel-internal", "faulty: an errno user space must not see"),
        _ => Verdict.Incompatible(Errno.ENOTUNIQ, "other", "faulty: not mine"),
    };
}
