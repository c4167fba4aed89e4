using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Compatibility.Forms;

namespace VfioMigration.Compatibility.Tests.Forms;

public sealed class PciVendorFormTests
{
    [Fact]
    public void Text_OfTheForm_IsReadAndWrittenBack()
    {
        PciVendorForm? read = PciVendorForm.Parse("8086-591d-x");

        Assert.Equal(new PciVendorForm(0x8086, "591d-x"), read);
        Assert.Equal("8086-591d-x", read?.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("8086")]
    [InlineData("808-x")]
    [InlineData("80865-x")]
    [InlineData("zzzz-x")]
    [InlineData("-x")]
    public void OtherText_IsNull(string text) => Assert.Null(PciVendorForm.Parse(text));

    [Fact]
    public void Noise_NeverThrowsAndWhatIsReadIsWrittenBackAlike() =>
        Prop.ForAll<string>(noise => noise is null || PciVendorForm.Parse(noise) is not { } read || PciVendorForm.Parse(read.ToString()) == read).QuickCheckThrowOnFailure();
}
