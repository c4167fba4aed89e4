using System.Buffers.Binary;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vendors.Tests.Conformance;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;

using static VfioMigration.Uapi.Vfio.VfioDeviceState;

namespace VfioMigration.Vendors.Tests.Mtty;

/// <summary>The stream of the kernel's sample and what was measured with it.</summary>
public class MttyStreamTests
{
    private const int Header = 24;
    private const int Port = 36;

    [Theory]
    [InlineData("mtty-1", 1)]
    [InlineData("mtty-2", 2)]
    public void Stream_OfACard_HasTheLayoutOfTheSample(string type, uint ports)
    {
        VfioDevice device = VendorDevice.Named(type).Create("v2");
        device.WriteRegion(0, 3, [0x83]);
        device.WriteRegion(0, 0, [0x34]);
        device.WriteRegion(0, 1, [0x12]);
        device.WriteRegion(0, 3, [0x03]);
        device.WriteRegion(0, 2, [0x81]);
        for (byte value = 1; value <= 15; value++)
        {
            device.WriteRegion(0, 0, [value]);
        }

        device.ReadRegion(0, 0, new byte[1]);
        byte[] stream = device.Save();
        ReadOnlySpan<byte> port = stream.AsSpan(Header, Port);

        Assert.Equal(Header + ((int)ports * Port), stream.Length);
        Assert.Equal(0x7E9D09898C3E2C4E, BinaryPrimitives.ReadInt64LittleEndian(stream));
        Assert.Equal(
            [1, 0, ports, 0],
            Enumerable.Range(0, 4).Select(field => BinaryPrimitives.ReadUInt32LittleEndian(stream.AsSpan(8 + (4 * field)))));
        Assert.Equal(0x03, port[3]);
        Assert.Equal([.. Enumerable.Range(1, 15).Select(value => (byte)value), 0], port.Slice(8, 16).ToArray());
        Assert.Equal([15, 1, 14, 0, 0, 0, 0x34, 0x12, 0x81, 16, 1, 0], port[24..].ToArray());
    }

    /// <summary>Row 257 of the measured table: what a real mtty-1 saved whose FCR was never written.</summary>
    [Fact]
    public void Stream_OfARealKernel_Loads()
    {
        byte[] stream = Convert.FromHexString("4e2c3e8c89099d7e01000000000000000100000000000000000000000000005c01000000000000000000000000000000010001000000000000100000");
        VfioDevice device = VendorDevice.Named("mtty-1").Create("v2");

        Assert.Equal(Errno.None, device.TryLoad(stream));

        byte[] register = new byte[1];
        device.ReadRegion(0, 7, register);
        Assert.Equal(0x5C, register[0]);
        Assert.Equal(stream, device.Save());
    }

    /// <summary>Nothing of it is checked by the sample, and no guest can set most of them.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(255)]
    public void TriggerLevel_OfAnyValue_Loads(byte level)
    {
        VfioDevice device = VendorDevice.Named("mtty-1").Create("v2");
        byte[] stream = device.Save();
        stream[Header + 34] = level;

        Assert.Equal(Errno.None, device.TryLoad(stream));
        Assert.Equal(stream, device.Save());
    }

    [Fact]
    public void PreCopy_GivesTheHeaderAndStopCopyTheRestOfTheSameSession()
    {
        VfioDevice device = VendorDevice.Named("mtty-1").Create("v2");
        MigrationSession session = device.Enter(VFIO_DEVICE_STATE_PRE_COPY)!;
        Assert.Equal(new PrecopyInfo(24, 0), session.GetPrecopyInfo().Value);
        Assert.Equal(Header, session.ReadToEnd().Length);
        Assert.Equal(0, session.Read(new byte[1]).Value);
        device.Enter(VFIO_DEVICE_STATE_PRE_COPY_P2P);
        Assert.Equal(0, session.Read(new byte[1]).Value);

        Assert.Null(device.Enter(VFIO_DEVICE_STATE_STOP_COPY));
        Assert.Equal(Port, session.ReadToEnd().Length);
    }

    [Fact]
    public void Overflow_IsEnomemAndTakesNothing()
    {
        VfioDevice device = VendorDevice.Named("mtty-1").Create("v2");
        byte[] stream = device.Save();
        MigrationSession session = device.Reach(VFIO_DEVICE_STATE_RESUMING)!;

        Assert.Equal(Errno.ENOMEM, session.Write([.. stream, 0]));
        Assert.Equal(Errno.None, session.Write(stream.AsSpan(0, 30)));
        Assert.Equal(Errno.ENOMEM, session.Write(stream.AsSpan(29)));
        Assert.Equal(Errno.EINVAL, device.Migration!.SetState(VFIO_DEVICE_STATE_STOP).Error);
        Assert.Equal(VFIO_DEVICE_STATE_RESUMING, device.Migration.State);
        Assert.Equal(Errno.None, session.Write(stream.AsSpan(30)));
        device.Enter(VFIO_DEVICE_STATE_STOP);
    }

    /// <summary>As the sample, which has the length checked only when the state is loaded.</summary>
    [Fact]
    public void WrongHeader_IsEfaultWithItsLastByteAndLoadedForWhoeverGoesOn()
    {
        VfioDevice device = VendorDevice.Named("mtty-1").Create("v2");
        byte[] stream = device.Save();
        stream[0] ^= 1;
        MigrationSession session = device.Reach(VFIO_DEVICE_STATE_RESUMING)!;

        Assert.Equal(Errno.None, session.Write(stream.AsSpan(0, 23)));
        Assert.Equal(Errno.EFAULT, session.Write(stream.AsSpan(23, 1)));
        Assert.Equal(Errno.None, session.Write(stream.AsSpan(24)));
        Assert.Equal(Errno.None, device.Migration!.SetState(VFIO_DEVICE_STATE_STOP).Error);
        Assert.Equal(VFIO_DEVICE_STATE_STOP, device.Migration.State);
    }

    /// <summary>Head, tail, count and fifo size that no port can have; the sample would go wrong with them.</summary>
    [Theory]
    [InlineData(24, 16)]
    [InlineData(24, 3)]
    [InlineData(25, 200)]
    [InlineData(26, 17)]
    [InlineData(33, 15)]
    public void Port_InAnImpossibleState_IsRefused(int at, byte value)
    {
        VfioDevice device = VendorDevice.Named("mtty-2").Create("v2");
        byte[] stream = device.Save();
        stream[Header + Port + at] = value;
        device.WriteRegion(0, 7, [0x5A]);

        Assert.Equal(Errno.EINVAL, device.TryLoad(stream));
        byte[] scratch = new byte[1];
        device.ReadRegion(0, 7, scratch);
        Assert.Equal(0x5A, scratch[0]);
    }

    [Fact]
    public void Reset_KeepsTheRegistersAndIsNotAdvertised()
    {
        VfioDevice device = VendorDevice.Named("mtty-1").Create("v2");
        device.WriteRegion(0, 7, [0x5A]);
        Assert.Equal(Errno.None, device.Reset());
        byte[] scratch = new byte[1];
        device.ReadRegion(0, 7, scratch);

        Assert.Equal(0x5A, scratch[0]);
        Assert.Equal(VfioDeviceFlags.VFIO_DEVICE_FLAGS_PCI, device.Flags);
    }

    [Theory]
    [InlineData("mtty-1", 60)]
    [InlineData("mtty-2", 96)]
    public void DataSize_InEveryState_IsTheSame(string type, ulong size)
    {
        VfioDevice device = VendorDevice.Named(type).Create("v2");

        Assert.All(Moves.StatesOf(device), state =>
        {
            device.Reach(state);
            Assert.Equal(size, device.Migration!.GetStopCopyLength().Value);
        });
    }

    [Fact]
    public void ConfigurationSpace_IsAByteLargerThanItSays()
    {
        VfioDevice device = VendorDevice.Named("mtty-1").Create("v2");
        byte[] config = new byte[256];

        Assert.Equal(255UL, device.Regions[VfioPciIndex.VFIO_PCI_CONFIG_REGION_INDEX].Size);
        Assert.Equal(Errno.None, device.ReadRegion(VfioPciIndex.VFIO_PCI_CONFIG_REGION_INDEX, 0, config));
        Assert.Equal(Errno.EINVAL, device.ReadRegion(VfioPciIndex.VFIO_PCI_CONFIG_REGION_INDEX, 1, config));
        Assert.Equal([0x48, 0x43, 0x53, 0x32], config[..4]);
    }

    /// <summary>The state does not say whether the guest was told, so the arrived guest is told again; and a VMM may have brought an asserted line along that only an interrupt ends.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Load_OfACard_Interrupts(bool hasData)
    {
        VfioDevice source = VendorDevice.Named("mtty-2").Create("v2");
        if (hasData)
        {
            source.WriteRegion(0, 1, [0x01]);
            source.WriteRegion(0, 0, [0x41]);
        }

        VfioDevice target = VendorDevice.Named("mtty-2").Create("v2");
        target.Load(source.Save());

        Assert.True(target.Irqs[0].IsPending());
    }
}
