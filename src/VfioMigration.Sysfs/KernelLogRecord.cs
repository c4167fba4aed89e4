namespace VfioMigration.Sysfs;

/// <summary>One line of the host's kernel log.</summary>
public sealed class KernelLogRecord
{
    /// <summary>Characters of a message; a longer one is cut, so that it does not drive many others out, and fits into a page (a kernel has LOG_LINE_MAX).</summary>
    internal const int MaxText = 3000;

    /// <summary>A <see cref="string"/>, or the function that gives it.</summary>
    private readonly object text;
    private readonly string driver;
    private readonly string? device;

    /// <param name="sequence">Counts from 0 without gaps.</param>
    /// <param name="time">Since the host was booted.</param>
    /// <param name="level">0..7, see <see cref="LogLevels"/>.</param>
    /// <param name="text">
    /// Without a newline; bytes that are not printable ASCII are escaped by the caller.
    /// </param>
    /// <param name="driver">The driver, bus or class that the line begins with, together with <paramref name="device"/>.</param>
    /// <param name="device">The device that the line is about; null for none.</param>
    internal KernelLogRecord(long sequence, TimeSpan time, int level, string text, string driver = "", string? device = null)
        : this(sequence, time, level, (device is null ? 0 : driver.Length + device.Length + 3) + text.Length, (object)Cut(text), driver, device)
    {
    }

    /// <summary>A line that is formatted when it is read.</summary>
    /// <param name="sequence">Counts from 0 without gaps.</param>
    /// <param name="time">Since the host was booted.</param>
    /// <param name="level">0..7, see <see cref="LogLevels"/>.</param>
    /// <param name="length">About how many characters the text has.</param>
    /// <param name="text">Gives the text. May be called more than once.</param>
    /// <param name="driver">The driver, bus or class that the line begins with, together with <paramref name="device"/>.</param>
    /// <param name="device">The device that the line is about; null for none.</param>
    internal KernelLogRecord(long sequence, TimeSpan time, int level, int length, Func<string> text, string driver = "", string? device = null)
        : this(sequence, time, level, length, (object)text, driver, device)
    {
    }

    private KernelLogRecord(long sequence, TimeSpan time, int level, int length, object text, string driver, string? device)
    {
        Sequence = sequence;
        Time = time;
        Level = level;
        Length = Math.Min(length, MaxText);
        this.text = text;
        this.driver = driver;
        this.device = device;
    }

    public long Sequence { get; }

    public TimeSpan Time { get; }

    public int Level { get; }

    /// <summary>The line, put into words now.</summary>
    public string Text => device is null ? Message : $"{driver} {device}: {Message}";

    internal int Length { get; }

    private string Message => text as string ?? Cut(((Func<string>)text)());

    private static string Cut(string whole) => whole.Length <= MaxText ? whole : $"{whole.AsSpan(0, MaxText)}...";

    /// <summary>As dmesg(1) prints it.</summary>
    public override string ToString() => $"[{Time.TotalSeconds,12:F6}] {Text}";
}
