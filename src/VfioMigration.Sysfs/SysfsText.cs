using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>
/// How attribute text is written and read. Emitting is cut at PAGE_SIZE - 1 like sysfs_emit; parsing follows the kernel's helpers to
/// the letter, because scripts depend on what they accept.
/// </summary>
public static class SysfsText
{
    /// <summary>Formats and appends a newline: <c>SysfsText.Line(page, $"{width}x{height}")</c>. Does not allocate.</summary>
    public static int Line(Span<byte> page, [InterpolatedStringHandlerArgument(nameof(page))] ref SysfsLineHandler text) =>
        EndLine(page, text.Length);

    /// <summary>The text and a newline.</summary>
    public static int Line(Span<byte> page, string text)
    {
        Utf8.FromUtf16(text, page[..(SysfsAttribute.MaxShown - 1)], out _, out int written);
        return EndLine(page, written);
    }

    /// <summary>Bytes and a newline.</summary>
    public static int Line(Span<byte> page, ReadOnlySpan<byte> text)
    {
        int length = Math.Min(text.Length, SysfsAttribute.MaxShown - 1);
        text[..length].CopyTo(page);
        return EndLine(page, length);
    }

    /// <summary>A decimal number and a newline.</summary>
    public static int Line(Span<byte> page, long number)
    {
        Utf8Formatter.TryFormat(number, page, out int written);
        return EndLine(page, written);
    }

    /// <summary>Several lines as they are, each ended by a newline already.</summary>
    public static int Lines(Span<byte> page, string text)
    {
        Utf8.FromUtf16(text, page[..SysfsAttribute.MaxShown], out _, out int written);
        return written;
    }

    /// <summary>
    /// kstrtoul with base 0: an optional plus, then 0x and hexadecimal, 0 and octal, or decimal digits, then at most one newline. Parsing
    /// stops at the first NUL. EINVAL otherwise; a value over 64 bits is EINVAL as well to the mdev and PCI stores that use it
    /// (they replace ERANGE).
    /// </summary>
    public static Result<ulong> ParseUnsigned(ReadOnlySpan<byte> value)
    {
        int nul = value.IndexOf((byte)0);
        ReadOnlySpan<byte> text = nul < 0 ? value : value[..nul];
        text = text.EndsWith("\n"u8) ? text[..^1] : text;
        text = text.StartsWith("+"u8) ? text[1..] : text;
        bool hex = text.Length > 2 && text[0] == '0' && (text[1] | 0x20) == 'x' && IsDigit(text[2], 16, out _);
        ulong radix = hex ? 16u : text.StartsWith("0"u8) ? 8u : 10u;
        return Digits(hex ? text[2..] : text, radix);
    }

    /// <summary>
    /// kstrtoint with base 0: as <see cref="ParseUnsigned"/> with an optional minus. EINVAL for no number of 32 bits: the stores that
    /// use it replace ERANGE.
    /// </summary>
    public static Result<int> ParseInt(ReadOnlySpan<byte> value)
    {
        bool isNegative = value.StartsWith("-"u8);
        if (isNegative && value.Length > 1 && value[1] == '+')
        {
            return Errno.EINVAL;
        }

        if (!ParseUnsigned(isNegative ? value[1..] : value).TryGet(out ulong magnitude, out Errno error))
        {
            return error;
        }

        return magnitude > (isNegative ? 1UL + int.MaxValue : int.MaxValue) ? Errno.EINVAL : (int)(isNegative ? -(long)magnitude : (long)magnitude);
    }

    /// <summary>sysfs_streq: equal up to one trailing newline of either side.</summary>
    public static bool Equal(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => TrimNewline(a).SequenceEqual(TrimNewline(b));

    /// <summary>The text before a NUL, without one trailing newline.</summary>
    public static ReadOnlySpan<byte> TrimNewline(ReadOnlySpan<byte> value)
    {
        int nul = value.IndexOf((byte)0);
        ReadOnlySpan<byte> text = nul < 0 ? value : value[..nul];
        return text.EndsWith("\n"u8) ? text[..^1] : text;
    }

    /// <summary>uuid_is_valid for exactly the text given: 8-4-4-4-12 hexadecimal digits of either case.</summary>
    public static bool IsUuid(ReadOnlySpan<byte> text)
    {
        const int UuidLength = 36;
        for (int i = 0; i < text.Length; i++)
        {
            bool good = i is 8 or 13 or 18 or 23 ? text[i] == '-' : char.IsAsciiHexDigit((char)text[i]);
            if (!good)
            {
                return false;
            }
        }

        return text.Length == UuidLength;
    }

    /// <summary>Any bytes as printable ASCII: others become \xNN, as the kernel's log device shows them.</summary>
    public static string Printable(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (byte b in bytes)
        {
            _ = b is >= 0x20 and < 0x7F and not (byte)'\\'
                ? text.Append((char)b)
                : text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
        }

        return text.ToString();
    }

    private static Result<ulong> Digits(ReadOnlySpan<byte> text, ulong radix)
    {
        if (text.IsEmpty)
        {
            return Errno.EINVAL;
        }

        ulong number = 0;
        foreach (byte c in text)
        {
            if (!IsDigit(c, radix, out uint digit) || number > (ulong.MaxValue - digit) / radix)
            {
                return Errno.EINVAL;
            }

            number = (number * radix) + digit;
        }

        return number;
    }

    private static bool IsDigit(byte c, ulong radix, out uint digit)
    {
        digit = c is >= (byte)'0' and <= (byte)'9' ? (uint)(c - '0')
            : (byte)(c | 0x20) is >= (byte)'a' and <= (byte)'f' ? (uint)((c | 0x20) - 'a' + 10)
            : uint.MaxValue;
        return digit < radix;
    }

    private static int EndLine(Span<byte> page, int length)
    {
        page[length] = (byte)'\n';
        return length + 1;
    }
}
