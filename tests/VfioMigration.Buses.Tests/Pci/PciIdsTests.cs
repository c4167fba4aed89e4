using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Buses.Pci;

namespace VfioMigration.Buses.Tests.Pci;

public class PciIdsTests
{
    [Theory]
    [InlineData("8086:591d", 0x8086, 0x591D)]
    [InlineData("ABCD:00Ff", 0xABCD, 0x00FF)]
    public void TryParseId_OfAnId_GivesBothNumbers(string text, int vendor, int device)
    {
        Assert.True(PciIds.TryParseId(text, out ushort parsedVendor, out ushort parsedDevice));
        Assert.Equal((vendor, device), (parsedVendor, parsedDevice));
    }

    [Theory]
    [InlineData("")]
    [InlineData("8086")]
    [InlineData("8086-591d")]
    [InlineData("8086:591")]
    [InlineData("8086:591dd")]
    [InlineData("x086:591d")]
    [InlineData(" 086:591d")]
    [InlineData("8086:591\0")]
    public void TryParseId_OfAnythingElse_IsFalse(string text) => Assert.False(PciIds.TryParseId(text, out _, out _));

    [Fact]
    public void ToString_OfAnyIds_ParsesBack() =>
        Prop.ForAll<ushort, ushort>((vendor, device) =>
            PciIds.TryParseId(new PciIds(vendor, device, 0, 0, 0, 0).ToString(), out ushort parsedVendor, out ushort parsedDevice)
            && parsedVendor == vendor
            && parsedDevice == device).QuickCheckThrowOnFailure();
}
