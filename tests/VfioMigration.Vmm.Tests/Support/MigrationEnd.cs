namespace VfioMigration.Vmm.Tests.Support;

/// <summary>How one migration went.</summary>
/// <param name="Result">Null when the source was killed.</param>
/// <param name="Events">All of them.</param>
internal sealed record MigrationEnd(MigrationResult? Result, IReadOnlyList<ObservedEvent> Events)
{
    /// <summary>The last sentence.</summary>
    internal string Message => Events[^1].Message ?? "";
}
