namespace VfioMigration.TestDrivers.Faulty;

internal sealed class FaultyState
{
    /// <summary>Closed: hanging calls hang.</summary>
    internal ManualResetEventSlim Gate { get; } = new();

    /// <summary>How many calls hang or wait right now.</summary>
    internal int Waiting;

    /// <summary>What <c>errno</c> answers.</summary>
    internal int Errno { get; set; }

    internal int Value { get; set; }
}
