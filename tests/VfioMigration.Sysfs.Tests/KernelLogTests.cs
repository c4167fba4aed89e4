namespace VfioMigration.Sysfs.Tests;

public class KernelLogTests
{
    private readonly ManualClock clock = new();
    private readonly KernelLog log;

    public KernelLogTests() => log = new KernelLog(clock);

    [Fact]
    public void Write_OfRecords_NumbersAndTimesThem()
    {
        log.Write(LogLevels.Info, "one");
        clock.Now += TimeSpan.FromMilliseconds(1500);
        log.Write(LogLevels.Error, "two");

        Assert.Equal(
            [(0, TimeSpan.Zero, LogLevels.Info, "one"), (1, TimeSpan.FromSeconds(1.5), LogLevels.Error, "two")],
            log.Snapshot().Select(record => (record.Sequence, record.Time, record.Level, record.Text)));
        Assert.Equal("[    1.500000] two", log.Snapshot()[1].ToString());
    }

    [Fact]
    public void Write_BeyondTheCapacity_DropsTheOldest()
    {
        string text = new('x', KernelLogRecord.MaxText);
        int fit = KernelLog.Capacity / text.Length;
        for (int i = 0; i < fit + 2; i++)
        {
            log.Write(LogLevels.Info, text);
        }

        Assert.Equal(Enumerable.Range(2, fit).Select(static number => (long)number), log.Snapshot().Select(record => record.Sequence));
    }

    /// <summary>A line that somebody makes long must not drive the others out.</summary>
    [Theory]
    [InlineData(KernelLogRecord.MaxText + 1)]
    [InlineData(KernelLog.Capacity + 1)]
    public void Write_OfALongLine_IsCutAndHidesNoOther(int length)
    {
        log.Write(LogLevels.Info, "small");
        log.Write(LogLevels.Info, new string('x', length), "driver", "device");
        log.Write(LogLevels.Info, length, () => new string('y', length));

        Assert.Equal(
            ["small", $"driver device: {new string('x', KernelLogRecord.MaxText)}...", $"{new string('y', KernelLogRecord.MaxText)}..."],
            log.Snapshot().Select(record => record.Text));
    }

    [Fact]
    public void Follow_ByAReaderThatFallsBehind_KeepsTheNewest()
    {
        using Subscription<KernelLogRecord> reader = log.Follow(withKept: false);
        for (int i = 0; i < 5000; i++)
        {
            log.Write(LogLevels.Info, $"{i}");
        }

        List<string> texts = Drain(reader);
        Assert.Equal("4999", texts[^1]);
        Assert.True(texts.Count < 5000);
    }

    [Fact]
    public void Follow_AfterDispose_Ends()
    {
        Subscription<KernelLogRecord> reader = log.Follow(withKept: false);
        reader.Dispose();
        log.Write(LogLevels.Info, "late");

        Assert.Empty(Drain(reader));
        Assert.True(reader.Reader.Completion.IsCompleted);
    }

    private static List<string> Drain(Subscription<KernelLogRecord> reader)
    {
        var texts = new List<string>();
        while (reader.Reader.TryRead(out KernelLogRecord? record))
        {
            texts.Add(record.Text);
        }

        return texts;
    }
}
