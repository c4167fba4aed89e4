namespace VfioMigration.Vmm.Tests.Support;

/// <summary>What happens when a connection has carried so many bytes.</summary>
public enum TripKind
{
    /// <summary>It is closed; what was sent arrives.</summary>
    Cut,

    /// <summary>It is closed; what was not read yet is gone.</summary>
    Reset,

    /// <summary>The process that writes is killed.</summary>
    Kill,

    /// <summary>The process at the other end is killed.</summary>
    KillOther,
}
