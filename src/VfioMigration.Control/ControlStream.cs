namespace VfioMigration.Control;

/// <summary>
/// A connection to the control socket that becomes a plain stream of bytes in both directions, after the line <c>go</c> of the daemon.
/// </summary>
public static class ControlStream
{
    public static ReadOnlySpan<byte> Go => "go\n"u8;

    /// <summary>Reads the line; false when something else came. Throws <see cref="IOException"/>.</summary>
    public static bool IsGo(Stream stream)
    {
        Span<byte> line = stackalloc byte[3];
        return stream.ReadAtLeast(line, line.Length, throwOnEndOfStream: false) == line.Length && line.SequenceEqual(Go);
    }
}
