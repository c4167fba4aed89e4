namespace VfioMigration.Vmm.Source;

/// <summary>Holds a sender to a number of bytes per second.</summary>
internal sealed class BandwidthLimit(long bytesPerSecond, TimeProvider clock)
{
    /// <summary>A sender that pauses longer is considered dead by the other side (<see cref="MigrationLimits.Message"/>).</summary>
    private static readonly TimeSpan MaxRest = MigrationLimits.Message / 3;

    private readonly long began = clock.GetTimestamp();
    private double bytes;

    /// <summary>Bytes to send at once, of at most <paramref name="most"/>: what is due in a second, and a page at least.</summary>
    internal int Piece(int most, int page) =>
        bytesPerSecond <= 0 ? most : (int)Math.Clamp(bytesPerSecond / page * page, page, most);

    /// <summary>Waits until that many more bytes are due, at most a third of what the other side waits for a message. Throws when cancelled.</summary>
    internal void Spend(int count, CancellationToken cancelled)
    {
        if (bytesPerSecond <= 0)
        {
            return;
        }

        bytes += count;
        TimeSpan ahead = TimeSpan.FromSeconds(bytes / bytesPerSecond) - clock.GetElapsedTime(began);
        if (ahead > TimeSpan.FromMilliseconds(1))
        {
            Task.Delay(ahead < MaxRest ? ahead : MaxRest, clock, cancelled).GetAwaiter().GetResult();
        }
    }
}
