namespace VfioMigration.Sysfs;

/// <summary>One line of the host's kernel log.</summary>
/// <param name="sequence">Counts from 0 without gaps.</param>
/// <param name="time">Since the host was booted.</param>
/// <param name="level">0..7, see <see cref="LogLevels"/>.</param>
/// <param name="length">About how many characters the text has.</param>
/// <param name="text">
/// Gives the text, without a newline; bytes that are not printable ASCII are escaped by whoever put foreign text in. May be called
/// more than once.
/// </param>
/// <param name="driver">The driver, bus or class that the line begins with, together with <paramref name="device"/>.</param>
/// <param name="device">The device that the line is about; null for a line of nobody's.</param>
public sealed class KernelLogRecord(
    long sequence, TimeSpan time, int level, int length, Func<string> text, string driver = "", string? device = null)
{
    public long Sequence => sequence;

    public TimeSpan Time => time;

    public int Level => level;

    /// <summary>The line, put into words now.</summary>
    public string Text => device is null ? text() : $"{driver} {device}: {text()}";

    internal int Length => length;

    /// <summary>As dmesg(1) prints it.</summary>
    public override string ToString() => $"[{Time.TotalSeconds,12:F6}] {Text}";
}
