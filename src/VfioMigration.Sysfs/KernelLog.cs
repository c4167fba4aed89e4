using System.Threading.Channels;

namespace VfioMigration.Sysfs;

/// <summary>
/// The host's kmsg: the newest records are kept up to a fixed amount of text, older ones are overwritten. Readers that fall behind lose
/// the oldest of what they had not read.
/// </summary>
public sealed class KernelLog
{
    /// <summary>Characters kept.</summary>
    public const int Capacity = 1 << 20;

    private const int ReaderBacklog = 4096;

    private readonly Lock gate = new();
    private readonly Queue<KernelLogRecord> records = new();
    private readonly TimeProvider clock;
    private readonly long booted;
    private readonly List<ChannelWriter<KernelLogRecord>> readers = [];
    private long next;
    private int kept;

    public KernelLog(TimeProvider clock)
    {
        this.clock = clock;
        booted = clock.GetTimestamp();
    }

    /// <summary>Writes a line.</summary>
    /// <param name="level">See <see cref="LogLevels"/>.</param>
    /// <param name="text">Of the line, without what <paramref name="driver"/> and <paramref name="device"/> put before it.</param>
    /// <param name="driver">The driver, bus or class that the line begins with, together with <paramref name="device"/>.</param>
    /// <param name="device">The device that the line is about; null for none.</param>
    public void Write(int level, string text, string driver = "", string? device = null)
    {
        lock (gate)
        {
            Append(new KernelLogRecord(next++, clock.GetElapsedTime(booted), level, text, driver, device));
        }
    }

    /// <summary>Writes a line that is formatted only when it is read.</summary>
    /// <param name="level">See <see cref="LogLevels"/>.</param>
    /// <param name="length">About how many characters it will have.</param>
    /// <param name="text">Must give the same text whenever it is called.</param>
    /// <param name="driver">The driver, bus or class that the line begins with, together with <paramref name="device"/>.</param>
    /// <param name="device">The device that the line is about; null for none.</param>
    public void Write(int level, int length, Func<string> text, string driver = "", string? device = null)
    {
        lock (gate)
        {
            Append(new KernelLogRecord(next++, clock.GetElapsedTime(booted), level, length, text, driver, device));
        }
    }

    /// <summary>What is kept now, oldest first.</summary>
    public IReadOnlyList<KernelLogRecord> Snapshot()
    {
        lock (gate)
        {
            return [.. records];
        }
    }

    /// <summary>What is kept now, and then what is written, until disposed.</summary>
    public Subscription<KernelLogRecord> Follow(bool withKept)
    {
        var channel = Channel.CreateBounded<KernelLogRecord>(
            new BoundedChannelOptions(ReaderBacklog) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (gate)
        {
            if (withKept)
            {
                foreach (KernelLogRecord record in records)
                {
                    channel.Writer.TryWrite(record);
                }
            }

            readers.Add(channel.Writer);
        }

        return new Subscription<KernelLogRecord>(channel, writer =>
        {
            lock (gate)
            {
                readers.Remove(writer);
            }
        });
    }

    /// <summary>Under the lock.</summary>
    private void Append(KernelLogRecord record)
    {
        records.Enqueue(record);
        kept += record.Length;
        while (kept > Capacity && records.Count > 1)
        {
            kept -= records.Dequeue().Length;
        }

        foreach (ChannelWriter<KernelLogRecord> reader in readers)
        {
            reader.TryWrite(record);
        }
    }
}
