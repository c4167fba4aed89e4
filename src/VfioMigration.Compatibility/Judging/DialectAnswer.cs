namespace VfioMigration.Compatibility.Judging;

/// <summary>What user space concludes from one dialect's files.</summary>
/// <param name="Kind">The conclusion.</param>
/// <param name="Reason">What decided, for a person.</param>
/// <param name="Asked">The file that was written to, so that its driver may have logged more; null when data were compared.</param>
public sealed record DialectAnswer(VerdictKind Kind, string Reason, string? Asked = null)
{
    public bool IsAccepted => Kind != VerdictKind.Incompatible;

    public static DialectAnswer Yes(string reason) => new(VerdictKind.Compatible, reason);

    public static DialectAnswer No(string reason) => new(VerdictKind.Incompatible, reason);
}
