using VfioMigration.Uapi;

namespace VfioMigration.Compatibility;

/// <summary>
/// The answer to "would this device accept the state of that one?". Says nothing about capacity: a parent without room for another
/// device is as compatible as before.
/// </summary>
/// <param name="Kind">The answer.</param>
/// <param name="Errno">What a refused write returns, exactly; None unless incompatible.</param>
/// <param name="Reason">One sentence for a person; begins with the vendor's name.</param>
/// <param name="Rule">A short, stable name of the rule that decided, such as <c>vendor-device-id</c>.</param>
public sealed record Verdict(VerdictKind Kind, Errno Errno, string Reason, string Rule)
{
    public bool IsAccepted => Kind != VerdictKind.Incompatible;

    /// <summary>Version strings that would have been accepted, the preferred ones first; empty when they are unknown.</summary>
    public IReadOnlyList<string> Alternatives { get; init; } = [];

    /// <summary>
    /// The version string of the device that judged, or the errno that explains its absence, as <see cref="IMigrationCompatibility.GetVersion"/>
    /// would have given it when the verdict was made. A driver that sets it is not queried again when a refusal is reported (R10); null makes the
    /// report query it.
    /// </summary>
    public Result<string>? LocalVersion { get; init; }

    public static Verdict Compatible(string rule, string reason = "the strings are equal") =>
        new(VerdictKind.Compatible, Errno.None, reason, rule);

    public static Verdict Plausible(string rule, string reason) => new(VerdictKind.Plausible, Errno.None, reason, rule);

    /// <summary>The errno is the vendor's choice (R8); one that cannot be sent to user space becomes EIO.</summary>
    public static Verdict Incompatible(Errno errno, string rule, string reason) =>
        new(VerdictKind.Incompatible, errno.Clamp(), reason, rule);
}
