namespace VfioMigration.Sysfs.Tests;

/// <summary>Stands still until it is moved.</summary>
internal sealed class ManualClock : TimeProvider
{
    internal DateTimeOffset Now { get; set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>Runs once, inside the next question for the time.</summary>
    internal Action? OnNextQuestion { get; set; }

    public override DateTimeOffset GetUtcNow()
    {
        Action? action = OnNextQuestion;
        OnNextQuestion = null;
        action?.Invoke();
        return Now;
    }

    public override long GetTimestamp() => Now.Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;
}
