using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Judging;

/// <summary>What user space concludes from the two files.</summary>
/// <param name="IsCompatible">The answer.</param>
/// <param name="Rule">What decided.</param>
/// <param name="Errno">Of the access that failed; None otherwise.</param>
/// <param name="Reason">For a person, without the driver's words.</param>
/// <param name="Version">The source's string, once it was read.</param>
/// <param name="Advice">What does not decide but should be known; null for nothing.</param>
public sealed record JudgeResult(bool IsCompatible, JudgeRule Rule, Errno Errno, string Reason, string? Version = null, string? Advice = null)
{
    /// <summary>Names of the driver that gave the errno.</summary>
    public DriverErrnos Errnos { private get; init; } = DriverErrnos.None;

    /// <summary>The errno as people read it; null for none.</summary>
    public string? ErrnoName => Errno == Errno.None ? null : Errnos.NameOf(Errno);
}
