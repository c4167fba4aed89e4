using System.Globalization;
using System.Text;

using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests;

public class SysfsTextTests
{
    /// <summary>The remove rows of errno-table.tsv and uevents.txt.</summary>
    [Theory]
    [InlineData("0", 0ul)]
    [InlineData("0\n", 0ul)]
    [InlineData("+0", 0ul)]
    [InlineData("0x0", 0ul)]
    [InlineData("00", 0ul)]
    [InlineData("0\0" + "1", 0ul)]
    [InlineData("1", 1ul)]
    [InlineData("1\n", 1ul)]
    [InlineData("2", 2ul)]
    [InlineData("10", 10ul)]
    [InlineData("0x1", 1ul)]
    [InlineData("0XfF", 255ul)]
    [InlineData("010", 8ul)]
    [InlineData("+1", 1ul)]
    [InlineData("1\0xyz", 1ul)]
    [InlineData("1\n\0xyz", 1ul)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    [InlineData("0xffffffffffffffff", ulong.MaxValue)]
    [InlineData("01777777777777777777777", ulong.MaxValue)]
    public void ParseUnsigned_OfANumber_IsItsValue(string text, ulong value) =>
        Assert.Equal(value, SysfsText.ParseUnsigned(Bytes(text)).Value);

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("abc")]
    [InlineData("y")]
    [InlineData("yes")]
    [InlineData("true")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1\n\n")]
    [InlineData("1\r\n")]
    [InlineData("1x")]
    [InlineData("-1")]
    [InlineData("++1")]
    [InlineData("+")]
    [InlineData("+-1")]
    [InlineData("0x")]
    [InlineData("0xg")]
    [InlineData("0x0x1")]
    [InlineData("08")]
    [InlineData("\0")]
    [InlineData("\0" + "1")]
    [InlineData("18446744073709551616")]
    [InlineData("0x10000000000000000")]
    [InlineData("02000000000000000000000")]
    [InlineData("99999999999999999999999999")]
    public void ParseUnsigned_OfAnythingElse_IsEINVAL(string text) =>
        Assert.Equal(Errno.EINVAL, SysfsText.ParseUnsigned(Bytes(text)).Error);

    [Theory]
    [InlineData("0", 4096, 0ul)]
    [InlineData("1", 4096, 1ul)]
    public void ParseUnsigned_OfAPageOfNulsAfterTheNumber_StopsAtTheFirst(string text, int length, ulong value) =>
        Assert.Equal(value, SysfsText.ParseUnsigned(Bytes(text.PadRight(length, '\0'))).Value);

    [Fact]
    public void ParseUnsigned_OfAPageOfZeros_IsZero() =>
        Assert.Equal(0ul, SysfsText.ParseUnsigned(Bytes(new string('0', 4096))).Value);

    [Fact]
    public void ParseUnsigned_OfEveryNumberInEveryBase_IsThatNumber() =>
        Prop.ForAll<ulong, bool, bool>((number, plus, newline) =>
            Spellings(number).All(text =>
                SysfsText.ParseUnsigned(Bytes($"{(plus ? "+" : "")}{text}{(newline ? "\n" : "")}")).TryGet(out ulong parsed)
                && parsed == number)).QuickCheckThrowOnFailure();

    [Fact]
    public void ParseUnsigned_OfAnyBytes_IsANumberOrEINVAL() =>
        Prop.ForAll<byte[]>(bytes => SysfsText.ParseUnsigned(bytes).Error is Errno.None or Errno.EINVAL).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a\n", "a", true)]
    [InlineData("a", "a\n", true)]
    [InlineData("a\0b", "a", true)]
    [InlineData("", "\n", true)]
    [InlineData("a\n\n", "a", false)]
    [InlineData("a ", "a", false)]
    [InlineData("A", "a", false)]
    [InlineData("", "a", false)]
    public void Equal_OfTwoTexts_ToleratesOneNewline(string a, string b, bool equal) =>
        Assert.Equal(equal, SysfsText.Equal(Bytes(a), Bytes(b)));

    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("a\nb", @"a\x0ab")]
    [InlineData("\0\x7f", @"\x00\x7f")]
    [InlineData(@"\", @"\x5c")]
    [InlineData("\u00ff~ ", @"\xff~ ")]
    public void Printable_OfBytes_EscapesWhatIsNotPrintable(string text, string expected) =>
        Assert.Equal(expected, SysfsText.Printable(Bytes(text)));

    [Fact]
    public void Printable_OfAnyBytes_IsPrintableAsciiThatCanBeReadBack() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            string text = SysfsText.Printable(bytes);
            return text.All(c => c is >= ' ' and <= '~') && Unescape(text).SequenceEqual(bytes);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Line_OfEveryKind_EndsWithANewline()
    {
        int width = 640;
        Assert.Equal("text\n", Shown(page => SysfsText.Line(page, "text")));
        Assert.Equal("bytes\n", Shown(page => SysfsText.Line(page, "bytes"u8)));
        Assert.Equal("-5\n", Shown(page => SysfsText.Line(page, -5)));
        Assert.Equal("640x480\n", Shown(page => SysfsText.Line(page, $"{width}x480")));
        Assert.Equal("\n", Shown(page => SysfsText.Line(page, "")));
        Assert.Equal("a\nb\n", Shown(page => SysfsText.Lines(page, "a\nb\n")));
    }

    [Theory]
    [InlineData(4093, 4094)]
    [InlineData(4094, 4095)]
    [InlineData(4095, 4095)]
    [InlineData(4096, 4095)]
    [InlineData(10000, 4095)]
    public void Line_OfALongText_IsCutSoThatTheNewlineFits(int length, int shown)
    {
        string text = new('x', length);
        string expected = new string('x', shown - 1) + "\n";

        Assert.Equal(expected, Shown(page => SysfsText.Line(page, text)));
        Assert.Equal(expected, Shown(page => SysfsText.Line(page, Bytes(text))));
        Assert.Equal(expected, Shown(page => SysfsText.Line(page, $"{text}")));
    }

    [Fact]
    public void Line_WithANumberAcrossTheEndOfThePage_ShowsNothingOfAnEarlierPage()
    {
        string text = new('x', 4090);
        int number = 1234567890;

        string shown = Shown(page => SysfsText.Line(page, $"{text}{number}"));

        Assert.DoesNotContain('\u00aa', shown);
        Assert.StartsWith(text, shown, StringComparison.Ordinal);
        Assert.EndsWith("\n", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_OfALongText_AreCutAtOneLessThanAPage() =>
        Assert.Equal(4095, Shown(page => SysfsText.Lines(page, new string('x', 5000))).Length);

    private static IEnumerable<string> Spellings(ulong number) =>
    [
        number.ToString(CultureInfo.InvariantCulture),
        $"0x{number:x}",
        $"0X{number:X}",
        $"0{Convert.ToString((long)number, 8)}",
    ];

    private static byte[] Unescape(string text)
    {
        var bytes = new List<byte>();
        for (int i = 0; i < text.Length; i++)
        {
            bool escaped = text[i] == '\\';
            bytes.Add(escaped ? Convert.ToByte(text.Substring(i + 2, 2), 16) : (byte)text[i]);
            i += escaped ? 3 : 0;
        }

        return [.. bytes];
    }

    /// <summary>Latin1, so that every stale byte of the page stays visible.</summary>
    private static string Shown(Func<byte[], int> line)
    {
        byte[] page = new byte[4096];
        Array.Fill(page, (byte)0xAA);
        return Encoding.Latin1.GetString(page, 0, line(page));
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
