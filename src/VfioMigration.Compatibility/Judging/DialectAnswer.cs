namespace VfioMigration.Compatibility.Judging;

/// <summary>What user space concludes from one dialect's files.</summary>
/// <param name="Kind">The conclusion.</param>
/// <param name="Reason">What decided, for a person.</param>
public sealed record DialectAnswer(VerdictKind Kind, string Reason)
{
    public bool IsAccepted => Kind != VerdictKind.Incompatible;

    public static DialectAnswer Yes(string reason) => new(VerdictKind.Compatible, reason);

    public static DialectAnswer No(string reason) => new(VerdictKind.Incompatible, reason);
}
