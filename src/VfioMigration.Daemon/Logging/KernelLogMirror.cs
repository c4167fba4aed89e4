using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using VfioMigration.Lab;
using VfioMigration.Sysfs;

using Host = VfioMigration.Lab.Host;

namespace VfioMigration.Daemon.Logging;

/// <summary>
/// Copies every host's kernel log into the program's log, from where it goes to the console, files and syslog. What comes faster than
/// <see cref="PerSecond"/> is counted instead of copied (printk_ratelimit's idea); the host's kernel log itself misses nothing.
/// </summary>
internal sealed partial class KernelLogMirror(HostSet lab, ILoggerFactory loggers, TimeProvider clock) : BackgroundService
{
    /// <summary>Errors and warnings, which everybody sees, copied per second and host in the long run; of other records more.</summary>
    internal const int PerSecond = 10;

    /// <summary>Errors and warnings copied at once after a quiet time.</summary>
    internal const int Burst = 20;

    private const int InformationPerSecond = 500;
    private const int InformationBurst = 2000;

    /// <summary>A pause between looks makes one wake-up serve many records.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(lab.Hosts.Select(host => Mirror(host, stoppingToken)));

    /// <summary>Ends when stopped, after copying what was written until then.</summary>
    private async Task Mirror(Host host, CancellationToken stopping)
    {
        ILogger logger = loggers.CreateLogger($"kmsg/{host.Name}");
        using Subscription<KernelLogRecord> records = host.Core.Log.Follow(withKept: true);
        var budget = new TokenBucket(Burst, PerSecond, clock);
        var information = new TokenBucket(InformationBurst, InformationPerSecond, clock);
        long expected = 0;
        try
        {
            while (await records.Reader.WaitToReadAsync(stopping))
            {
                expected = Copy(records, budget, information, expected, logger);
                await Task.Delay(Pause, clock, stopping);
            }
        }
        catch (OperationCanceledException)
        {
            Copy(records, budget, information, expected, logger);
        }
    }

    /// <summary>Copies what the budget allows; returns the next sequence number.</summary>
    private static long Copy(Subscription<KernelLogRecord> records, TokenBucket budget, TokenBucket information, long expected, ILogger logger)
    {
        long suppressed = 0;
        while (records.Reader.TryRead(out KernelLogRecord? record))
        {
            suppressed += record.Sequence - expected;
            expected = record.Sequence + 1;
            if ((record.Level <= LogLevels.Warning ? budget : information).TryTake())
            {
                Write(logger, record);
            }
            else
            {
                suppressed++;
            }
        }

        if (suppressed > 0)
        {
            LogSuppressed(logger, suppressed);
        }

        return expected;
    }

    private static void Write(ILogger logger, KernelLogRecord record)
    {
        switch (record.Level)
        {
            case <= LogLevels.Error:
                LogError(logger, record.Text);
                break;
            case LogLevels.Warning:
                LogWarning(logger, record.Text);
                break;
            default:
                LogInformation(logger, record.Text);
                break;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Text}")]
    private static partial void LogError(ILogger logger, string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Text}")]
    private static partial void LogWarning(ILogger logger, string text);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Text}")]
    private static partial void LogInformation(ILogger logger, string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} kernel log records not shown here; 'vfiomig dmesg' has them")]
    private static partial void LogSuppressed(ILogger logger, long count);
}
