using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility;

/// <summary>The simplest rule: only the same string, up to one trailing newline, is accepted; anything else is EINVAL.</summary>
/// <param name="vendor">Begins the reason.</param>
/// <param name="version">The device's own string.</param>
public sealed class StrictEquality(string vendor, string version) : IMigrationCompatibility
{
    private static readonly Verdict Same = Verdict.Compatible("strict-equality");
    private readonly byte[] bytes = System.Text.Encoding.ASCII.GetBytes(version);
    private readonly Verdict different =
        Verdict.Incompatible(Errno.EINVAL, "strict-equality", $"{vendor}: only a device with the same version string is accepted");

    public Result<string> GetVersion() => version;

    public Verdict Judge(ReadOnlySpan<byte> remote) => SysfsText.Equal(remote, bytes) ? Same : different;
}
