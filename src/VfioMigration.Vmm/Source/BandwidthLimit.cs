namespace VfioMigration.Vmm.Source;

/// <summary>Holds a sender to a number of bytes per second.</summary>
internal sealed class BandwidthLimit(long bytesPerSecond, TimeProvider clock)
{
    private readonly long began = clock.GetTimestamp();
    private double bytes;

    /// <summary>Waits until that many more bytes are due. Throws when cancelled.</summary>
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
            Task.Delay(ahead, clock, cancelled).GetAwaiter().GetResult();
        }
    }
}
