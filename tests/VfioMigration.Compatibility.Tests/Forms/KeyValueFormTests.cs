using System.Text;

using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Tests.Support;

namespace VfioMigration.Compatibility.Tests.Forms;

public class KeyValueFormTests
{
    private static readonly DeviceDescription Like = Cards.With(("a", "1"), ("b", "2"));
    private readonly KeyValueForm form = new("acme-", new Dictionary<string, string> { ["b"] = "bee" });

    [Fact]
    public void Write_OfADescription_IsPrefixAndPairs() => Assert.Equal("acme-a=1,bee=2", form.Write(Like));

    [Fact]
    public void Write_OfValuesWithSeparators_EscapesThem() =>
        Assert.Equal("acme-a=x%2Cy%3Dz,bee=100%25", form.Write(Cards.With(("a", "x,y=z"), ("b", "100%"))));

    [Fact]
    public void Read_OfAString_TakesNamesAndKindsOfTheOneThatAsks()
    {
        var like = new DeviceDescription("acme", new DescriptionField("a", "1", FieldKind.Version), new DescriptionField("b", "2", FieldKind.Creation));
        DeviceDescription read = Read("acme-a=x%2Cy,bee=", like)!;

        Assert.Equal([new("a", "x,y", FieldKind.Version), new("b", "", FieldKind.Creation)], read.Fields);
    }

    [Theory]
    [InlineData("")]
    [InlineData("acme-")]
    [InlineData("acme-a=1")]
    [InlineData("acme-a=1,bee=2,c=3")]
    [InlineData("acme-bee=2,a=1")]
    [InlineData("acme-a=1,b=2")]
    [InlineData("a=1,bee=2")]
    [InlineData("ACME-a=1,bee=2")]
    [InlineData("acme-a=1,bee")]
    [InlineData("acme-a=1,bee=2,")]
    [InlineData("acme-a=1\n,bee=2")]
    [InlineData("acme-a=\0,bee=2")]
    [InlineData("acme-a=\u00e4,bee=2")]
    [InlineData("acme-a=%0A,bee=2")]
    [InlineData("acme-a=%2c,bee=2")]
    [InlineData("acme-a=%41,bee=2")]
    [InlineData("acme-a=%,bee=2")]
    [InlineData("acme-a=1=1,bee=2")]
    public void Read_OfWhatWriteWouldNotWrite_IsNull(string text) => Assert.Null(Read(text, Like));

    [Fact]
    public void Read_OfWhatWasWritten_IsTheSame() =>
        Prop.ForAll(Noise.PrintableText, Noise.PrintableText, (a, b) =>
        {
            DeviceDescription written = Cards.With(("a", a), ("b", b));
            return Read(form.Write(written), Like) is { } read && read["a"] == a && read["b"] == b;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Read_OfAnything_IsNullOrWrittenBackAsItWas() =>
        Prop.ForAll(Noise.Around("acme-a=1,bee=%2C"), bytes =>
            form.Read(bytes, Like) is not { } read || Encoding.Latin1.GetBytes(form.Write(read)).SequenceEqual(bytes)).QuickCheckThrowOnFailure();

    [Fact]
    public void Expectation_ForAPerson_ShowsTheForm() => Assert.Equal("a string of the form acme-NAME=VALUE,...", form.Expectation);

    private DeviceDescription? Read(string text, DeviceDescription like) => form.Read(Encoding.Latin1.GetBytes(text), like);
}
