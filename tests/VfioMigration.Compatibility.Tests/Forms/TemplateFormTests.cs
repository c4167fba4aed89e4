using System.Text;

using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Tests.Support;

namespace VfioMigration.Compatibility.Tests.Forms;

public class TemplateFormTests
{
    private static readonly DeviceDescription Like = Cards.With(("version", "1.0"), ("ports", "1"), ("model", "x"));
    private readonly TemplateForm form = new("acme.{version:[0-9]+[.][0-9]+}-ports={ports:[0-9]{1,3}}-{model}");

    [Fact]
    public void Write_OfADescription_FillsTheTemplate() => Assert.Equal("acme.1.0-ports=1-x", form.Write(Like));

    [Fact]
    public void Read_OfAString_ReplacesTheFieldsOfTheTemplateOnly()
    {
        var simple = new TemplateForm("acme-{ports:[0-9]+}");
        DeviceDescription read = simple.Read("acme-7"u8, Like)!;

        Assert.Equal(("7", "1.0", "x"), (read["ports"], read["version"], read["model"]));
    }

    [Theory]
    [InlineData("acme.2.5-ports=16-y", true)]
    [InlineData("acme.2.5-ports=999-model with spaces", false)]
    [InlineData("acmeX2.5-ports=16-y", false)]
    [InlineData("acme.2-ports=16-y", false)]
    [InlineData("acme.2.5-ports=1234-y", false)]
    [InlineData("acme.2.5-ports=-y", false)]
    [InlineData("acme.2.5-ports=16-", false)]
    [InlineData("acme.2.5-ports=16-a-b", false)]
    [InlineData("acme.2.5-ports=16-y\n", false)]
    [InlineData(" acme.2.5-ports=16-y", false)]
    [InlineData("acme.2.5-ports=16-y\0", false)]
    [InlineData("acme.2.5-ports=16-\u00e4", false)]
    [InlineData("acme.2.5-ports=16-\\", true)]
    [InlineData("", false)]
    public void Read_ByTheTemplate_TakesExactlyItsForm(string text, bool isRead)
    {
        DeviceDescription? read = Read(text);

        Assert.Equal(isRead, read is not null);
        Assert.True(read is null || form.Write(read) == text);
    }

    /// <summary>A value that looks like a field of the template is a value.</summary>
    [Fact]
    public void Write_OfAValueWithBraces_DoesNotFillItAgain() =>
        Assert.Equal("a {b} c", new TemplateForm("a {one:.*} {two}").Write(Cards.With(("one", "{b}"), ("two", "c"))));

    [Fact]
    public void Write_OfAValueNamedLikeALaterField_KeepsIt() =>
        Assert.Equal("{two}-c", new TemplateForm("{one:.*}-{two}").Write(Cards.With(("one", "{two}"), ("two", "c"))));

    [Fact]
    public void Read_OfWhatWasWritten_IsTheSame() =>
        Prop.ForAll<NonNegativeInt, NonNegativeInt, byte>((major, minor, ports) =>
        {
            DeviceDescription written = Cards.With(("version", $"{major.Get}.{minor.Get}"), ("ports", $"{ports}"), ("model", "m\\{x}"));
            return Read(form.Write(written)) is { } read && read.ToString() == written.ToString();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Read_OfAnything_IsNullOrWrittenBackAsItWas() =>
        Prop.ForAll(Noise.Around("acme.2.5-ports=16-y"), bytes =>
            form.Read(bytes, Like) is not { } read || Encoding.Latin1.GetBytes(form.Write(read)).SequenceEqual(bytes)).QuickCheckThrowOnFailure();

    [Fact]
    public void Expectation_ForAPerson_ShowsTheFieldsInCapitals() =>
        Assert.Equal("a string of the form acme.VERSION-ports=PORTS-MODEL", form.Expectation);

    private DeviceDescription? Read(string text) => form.Read(Encoding.Latin1.GetBytes(text), Like);
}
