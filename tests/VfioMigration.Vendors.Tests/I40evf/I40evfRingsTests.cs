using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Uapi;
using VfioMigration.Vendors.Tests.Conformance;

using static VfioMigration.Uapi.Vfio.VfioDeviceState;
using static VfioMigration.Vendors.Tests.I40evf.I40evfGuest;

namespace VfioMigration.Vendors.Tests.I40evf;

public class I40evfRingsTests
{
    [Fact]
    public void Packet_Sent_IsReceived()
    {
        using var guest = new I40evfGuest();
        byte[] packet = [.. Enumerable.Range(0, 100).Select(value => (byte)value)];
        guest.Memory.Write(TxBuffer, packet);
        guest.Offer();
        guest.Send(100);

        Assert.Equal(packet, guest.Memory.Content.Slice(RxBuffer, 100).ToArray());
        Assert.Equal((100U, 1U), guest.Descriptor(0));
        Assert.Equal((100U, 1U), guest.Descriptor(RxRing));
        Assert.Equal((1U, 1U, 1U, 0U), (guest.Read(TxHead), guest.Read(RxHead), guest.Read(Delivered), guest.Read(Dropped)));
        Assert.True(guest.Device.Irqs[2].IsPending(0));
        Assert.True(guest.Device.Irqs[2].IsPending(1));
    }

    [Fact]
    public void Rings_UsedForLong_WrapAround()
    {
        using var guest = new I40evfGuest();
        for (int i = 0; i < 11; i++)
        {
            guest.Memory.Write(TxBuffer, (uint)i);
            guest.Offer((ulong)(RxBuffer + (i * 64)));
            guest.Send(64);
            Assert.Equal((uint)i, guest.Memory.ReadUInt32(RxBuffer + (i * 64)));
        }

        Assert.Equal((3U, 3U, 11U), (guest.Read(TxHead), guest.Read(RxHead), guest.Read(Delivered)));
    }

    [Fact]
    public void Ring_OfSeveralPackets_IsSentByOneDoorbell()
    {
        using var guest = new I40evfGuest();
        for (int i = 0; i < 3; i++)
        {
            guest.Offer((ulong)(RxBuffer + (i * 64)));
            guest.Memory.Write(i * 16, (ulong)TxBuffer);
            guest.Memory.Write((i * 16) + 8, 32U);
        }

        guest.Write(TxDoorbell, 3);

        Assert.Equal((3U, 3U), (guest.Read(TxHead), guest.Read(Delivered)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2048, 2048)]
    [InlineData(2049, 2048)]
    [InlineData(uint.MaxValue, 2048)]
    public void Packet_OfAnyLength_IsCutToTheLongest(uint length, uint received)
    {
        using var guest = new I40evfGuest();
        guest.Offer();
        guest.Send(length);

        Assert.Equal((length, 1U), guest.Descriptor(0));
        Assert.Equal((received, 1U), guest.Descriptor(RxRing));
        Assert.Equal(1U, guest.Read(Delivered));
    }

    [Fact]
    public void Packet_WithoutAReceiveBuffer_IsDropped()
    {
        using var guest = new I40evfGuest();
        guest.Send(64);

        Assert.Equal((1U, 0U, 1U), (guest.Read(TxHead), guest.Read(Delivered), guest.Read(Dropped)));
        Assert.Equal((64U, 1U), guest.Descriptor(0));
    }

    [Fact]
    public void Packet_WhoseMemoryIsNotMapped_IsDropped()
    {
        using var guest = new I40evfGuest();
        guest.Offer();
        guest.Send(64, address: 0xFFFF_0000_0000);
        Assert.Equal((1U, 0U, 1U), (guest.Read(TxHead), guest.Read(RxHead), guest.Read(Dropped)));
        guest.Send(64);
        guest.Offer(address: 0xFFFF_0000_0000);
        guest.Send(64);

        Assert.Equal((3U, 1U, 1U, 2U), (guest.Read(TxHead), guest.Read(RxHead), guest.Read(Delivered), guest.Read(Dropped)));
    }

    [Fact]
    public void Packet_WithoutBusMaster_WaitsForIt()
    {
        using var guest = new I40evfGuest(isBusMaster: false);
        guest.Offer();
        guest.Send(64);
        Assert.Equal((0U, 0U), (guest.Read(TxHead), guest.Read(Delivered)));
        guest.SetBusMaster(true);
        guest.Write(TxDoorbell, 1);

        Assert.Equal((1U, 1U), (guest.Read(TxHead), guest.Read(Delivered)));
    }

    [Fact]
    public void Packet_WhileStopped_IsSentWhenTheDeviceRuns()
    {
        using var guest = new I40evfGuest();
        guest.Device.Enter(VFIO_DEVICE_STATE_STOP);
        guest.Offer();
        guest.Send(64);
        Assert.Equal(0U, guest.Read(TxHead));
        guest.Device.Enter(VFIO_DEVICE_STATE_RUNNING);

        Assert.Equal((1U, 1U), (guest.Read(TxHead), guest.Read(Delivered)));
    }

    [Theory]
    [InlineData(TxLength, 0)]
    [InlineData(TxLength, 4097)]
    [InlineData(TxLength, uint.MaxValue)]
    public void TransmitRing_OfAnImpossibleLength_SendsNothing(int register, uint value)
    {
        using var guest = new I40evfGuest();
        guest.Write((ulong)register * 4, value);
        guest.Send(64);

        Assert.Equal((0U, 0U), (guest.Read(TxHead), guest.Read(Dropped)));
    }

    [Fact]
    public void Tail_BeyondTheRing_SendsNothing()
    {
        using var guest = new I40evfGuest();
        guest.Write(TxDoorbell, Length);
        guest.Write(TxDoorbell, uint.MaxValue);

        Assert.Equal((0U, 0U), (guest.Read(TxHead), guest.Read(Dropped)));
    }

    [Fact]
    public void HeadsAndCounters_AreReadOnly()
    {
        using var guest = new I40evfGuest();
        Assert.All((int[])[TxHead, RxHead, Delivered, Dropped, 20, 0x3FF], register =>
        {
            guest.Write((ulong)register * 4, 3);
            Assert.Equal(0U, guest.Read(register));
        });
    }

    [Fact]
    public void Bar_InAnythingButAlignedWords_IsRefused()
    {
        using var guest = new I40evfGuest();

        Assert.Equal(Errno.EINVAL, guest.Device.WriteRegion(0, 0, new byte[8]));
        Assert.Equal(Errno.EINVAL, guest.Device.ReadRegion(0, 2, new byte[4]));
        Assert.Equal(Errno.EINVAL, guest.Device.ReadRegion(0, 64 * 1024, new byte[4]));
    }

    [Fact]
    public void Registers_OfAnyValues_DoNoHarm()
    {
        using var guest = new I40evfGuest();

        Prop.ForAll<byte, uint>((place, value) =>
        {
            ulong offset = (place % 18) switch { 16 => TxDoorbell, 17 => RxDoorbell, int register => (ulong)register * 4 };
            return guest.Device.WriteRegion(0, offset, BitConverter.GetBytes(value)) == Errno.None
                && guest.Device.WriteRegion(0, 0, BitConverter.GetBytes(1)) == Errno.None;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }
}
