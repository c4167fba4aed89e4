using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Compatibility.Forms;

namespace VfioMigration.Compatibility.Tests.Forms;

public sealed class DriverNameFormTests
{
    [Fact]
    public void Text_OfTheForm_IsReadAndWrittenBack()
    {
        DriverNameForm? read = DriverNameForm.Parse("i915-v1-x");

        Assert.Equal(new DriverNameForm("i915", "v1-x"), read);
        Assert.Equal("i915-v1-x", read?.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("i915")]
    [InlineData("-x")]
    [InlineData("8086-x")]
    [InlineData("a b-x")]
    [InlineData("a.b-x")]
    public void OtherText_IsNull(string text) => Assert.Null(DriverNameForm.Parse(text));

    [Fact]
    public void Noise_NeverThrowsAndWhatIsReadIsWrittenBackAlike() =>
        Prop.ForAll<string>(noise => noise is null || DriverNameForm.Parse(noise) is not { } read || DriverNameForm.Parse(read.ToString()) == read).QuickCheckThrowOnFailure();
}
