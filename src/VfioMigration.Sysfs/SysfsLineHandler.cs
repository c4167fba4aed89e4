using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace VfioMigration.Sysfs;

/// <summary>
/// Formats an interpolated text straight into a page, cut where the page ends, without allocating. Made by the compiler for
/// <see cref="SysfsText.Line(Span{byte}, ref SysfsLineHandler)"/>.
/// </summary>
[InterpolatedStringHandler]
public ref struct SysfsLineHandler
{
    private readonly Span<byte> page;

    public SysfsLineHandler(int literalLength, int formattedCount, Span<byte> page)
    {
        _ = literalLength + formattedCount;
        this.page = page[..(SysfsAttribute.MaxShown - 1)];
    }

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    public void AppendLiteral(string text) => AppendFormatted(text);

    public void AppendFormatted(string? text)
    {
        Utf8.FromUtf16(text, page[Length..], out _, out int written);
        Length += written;
    }

    public void AppendFormatted<T>(T value)
        where T : IUtf8SpanFormattable => AppendFormatted(value, null);

    /// <summary>A value that does not fit as a whole is cut.</summary>
    public void AppendFormatted<T>(T value, string? format)
        where T : IUtf8SpanFormattable
    {
        if (value.TryFormat(page[Length..], out int written, format, null))
        {
            Length += written;
            return;
        }

        Span<byte> whole = stackalloc byte[256];
        value.TryFormat(whole, out written, format, null);
        int fitting = Math.Min(written, page.Length - Length);
        whole[..fitting].CopyTo(page[Length..]);
        Length += fitting;
    }
}
