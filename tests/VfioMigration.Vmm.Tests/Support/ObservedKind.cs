namespace VfioMigration.Vmm.Tests.Support;

/// <summary>The call of <see cref="IMigrationObserver"/>.</summary>
internal enum ObservedKind
{
    Phase,
    Progress,
    Round,
    Note,
    Done,
    Failed,
}
