using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Compatibility.Forms;

namespace VfioMigration.Compatibility.Tests.Forms;

public sealed class DeviceFlagsFormTests
{
    [Fact]
    public void Text_OfTheForm_IsReadAndWrittenBack()
    {
        DeviceFlagsForm? read = DeviceFlagsForm.Parse("0000000000000002-000000008086591d-x");

        Assert.Equal(new DeviceFlagsForm(2, 0x8086591D, "x"), read);
        Assert.Equal("0000000000000002-000000008086591d-x", read?.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("2-8086-x")]
    [InlineData("0000000000000002_000000008086591d-x")]
    [InlineData("000000000000000g-000000008086591d-x")]
    [InlineData("0000000000000002-000000008086591d")]
    public void OtherText_IsNull(string text) => Assert.Null(DeviceFlagsForm.Parse(text));

    [Fact]
    public void Noise_NeverThrowsAndWhatIsReadIsWrittenBackAlike() =>
        Prop.ForAll<string>(noise => noise is null || DeviceFlagsForm.Parse(noise) is not { } read || DeviceFlagsForm.Parse(read.ToString()) == read).QuickCheckThrowOnFailure();
}
