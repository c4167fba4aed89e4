namespace VfioMigration.Vendors.External;

/// <summary>Lines of a stream, as bytes, of a limited length.</summary>
/// <param name="stream">Read until its end; not disposed.</param>
/// <param name="maxLine">In bytes, without the newline.</param>
internal sealed class LineReader(Stream stream, int maxLine)
{
    private byte[] buffer = new byte[4096];
    private int start;
    private int end;

    /// <summary>
    /// The next line without its newline, valid until the next call. False at the end of the stream, with a problem when a line had not ended or is too long.
    /// </summary>
    internal bool TryRead(out ReadOnlyMemory<byte> line, out string? problem)
    {
        line = default;
        problem = null;
        int searched = start;
        while (true)
        {
            int newline = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
            int length = newline >= 0 ? searched + newline - start : end - start;
            if (length > maxLine)
            {
                problem = $"a line of more than {maxLine} bytes";
                return false;
            }

            if (newline >= 0)
            {
                line = buffer.AsMemory(start, length);
                start += length + 1;
                return true;
            }

            MakeRoom();
            searched = end;
            int count = stream.Read(buffer, end, buffer.Length - end);
            if (count == 0)
            {
                problem = end > start ? "the last line has no newline" : null;
                return false;
            }

            end += count;
        }
    }

    private void MakeRoom()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        if (end == buffer.Length)
        {
            Array.Resize(ref buffer, 2 * buffer.Length);
        }
    }
}
