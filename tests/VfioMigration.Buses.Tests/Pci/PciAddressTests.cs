using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Buses.Pci;

namespace VfioMigration.Buses.Tests.Pci;

public class PciAddressTests
{
    [Theory]
    [InlineData("0000:00:02.0", 0, 0, 2, 0)]
    [InlineData("ffff:ff:1f.7", 0xFFFF, 0xFF, 31, 7)]
    [InlineData("ABCD:Ef:0a.3", 0xABCD, 0xEF, 10, 3)]
    public void TryParse_OfAnAddress_GivesItsParts(string text, int domain, int bus, int slot, int function)
    {
        Assert.True(PciAddress.TryParse(text, out PciAddress address));
        Assert.Equal(new PciAddress((ushort)domain, (byte)bus, (byte)slot, (byte)function), address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00:02.0")]
    [InlineData("0000:00:02")]
    [InlineData("0000:00:02.8")]
    [InlineData("0000:00:20.0")]
    [InlineData("0000:00:02.0\n")]
    [InlineData(" 000:00:02.0")]
    [InlineData("+000:00:02.0")]
    [InlineData("000g:00:02.0")]
    [InlineData("0000-00-02-0")]
    [InlineData("00000:0:02.0")]
    [InlineData("0000:0 :02.0")]
    [InlineData("0000:0\0:02.0")]
    public void TryParse_OfAnythingElse_IsFalse(string text)
    {
        Assert.False(PciAddress.TryParse(text, out PciAddress address));
        Assert.Equal(default, address);
    }

    [Fact]
    public void ToString_OfAnyAddress_ParsesBack() =>
        Prop.ForAll<ushort, byte, byte>((domain, bus, rest) =>
        {
            var address = new PciAddress(domain, bus, (byte)(rest >> 3), (byte)(rest & 7));
            return PciAddress.TryParse(address.ToString(), out PciAddress parsed)
                && parsed == address
                && PciAddress.TryParse(address.ToString().ToUpperInvariant(), out parsed)
                && parsed == address;
        }).QuickCheckThrowOnFailure();
}
