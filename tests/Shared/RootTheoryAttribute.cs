namespace VfioMigration.Testing;

/// <summary>As <see cref="RootFactAttribute"/>, for every row of a theory.</summary>
/// <param name="reason">What of it needs root.</param>
internal sealed class RootTheoryAttribute(string reason) : TheoryAttribute
{
    public override string Skip
    {
        get => RootOnly.SkipReason(reason)!;
        set => throw new NotSupportedException(value);
    }
}
