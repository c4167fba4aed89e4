namespace VfioMigration.Daemon.Logging;

/// <summary>Lets a burst through, and then a fixed number per second. Not thread-safe.</summary>
internal sealed class TokenBucket(int burst, int perSecond, TimeProvider clock)
{
    private double tokens = burst;
    private long filled = clock.GetTimestamp();

    internal bool TryTake()
    {
        long now = clock.GetTimestamp();
        tokens = Math.Min(burst, tokens + (clock.GetElapsedTime(filled, now).TotalSeconds * perSecond));
        filled = now;
        if (tokens < 1)
        {
            return false;
        }

        tokens--;
        return true;
    }
}
