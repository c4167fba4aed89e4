using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Tests.Support;

/// <summary>The course of one migration.</summary>
internal sealed record MigrationAttempt(TestHost From, TestHost To)
{
    /// <summary>An accident in what the source sends.</summary>
    internal Trip? Sent { get; init; }

    /// <summary>An accident in what the target answers.</summary>
    internal Trip? Answered { get; init; }

    internal MigrationPolicy Policy { get; init; } = new(2, TimeSpan.FromMilliseconds(1), 0);

    /// <summary>Sees every event, on the source's thread.</summary>
    internal Action<ObservedEvent>? Observer { get; init; }

    /// <summary>Changes what the target is told.</summary>
    internal Func<MigrationDescription, MigrationDescription> Describe { get; init; } = static description => description;

    /// <summary>Instead of the way to <see cref="To"/>.</summary>
    internal IMigrationPeer? Peer { get; init; }

    internal CancellationToken Cancelled { get; init; }
}
