namespace VfioMigration.Testing;

/// <summary>A test that only root can run. For an ordinary user it is skipped with the reason; a run as root must not skip it.</summary>
/// <param name="reason">What of it needs root.</param>
internal sealed class RootFactAttribute(string reason) : FactAttribute
{
    public override string Skip
    {
        get => RootOnly.SkipReason(reason)!;
        set => throw new NotSupportedException(value);
    }
}
