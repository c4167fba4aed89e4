namespace VfioMigration.Sysfs;

/// <summary>One line of the host's kernel log.</summary>
/// <param name="Sequence">Counts from 0 without gaps.</param>
/// <param name="Time">Since the host was booted.</param>
/// <param name="Level">0..7, see <see cref="LogLevels"/>.</param>
/// <param name="Text">Without a newline; bytes that are not printable ASCII are escaped by whoever put foreign text in.</param>
public sealed record KernelLogRecord(long Sequence, TimeSpan Time, int Level, string Text)
{
    /// <summary>As dmesg(1) prints it.</summary>
    public override string ToString() => $"[{Time.TotalSeconds,12:F6}] {Text}";
}
