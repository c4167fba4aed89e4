using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Uapi;
using VfioMigration.Vendors.Tests.Conformance;

using static VfioMigration.Uapi.Vfio.VfioDeviceState;

namespace VfioMigration.Vendors.Tests.Accelerators;

/// <summary>The ring that qat and hisi_acc share.</summary>
public class AcceleratorRingTests
{
    private const ulong Source = 0x1000;
    private const ulong Result = 0x3000;
    private const ulong Back = 0x5000;
    private const int Head = 4;
    private const int Completed = 6;

    [Theory]
    [InlineData("qat")]
    [InlineData("hisi_acc_vfio_pci")]
    public void Request_AndItsInverse_GiveTheDataBack(string vendor)
    {
        using var guest = new AcceleratorGuest(vendor);
        byte[] data = new byte[4096];
        new Random(1).NextBytes(data);
        guest.Memory.Write((int)Source, data);
        Assert.Equal(1u, guest.Status(guest.Submit(Source, Result, 4096, 0x0403_0201)));
        Assert.Equal((byte)(data[6] ^ 3), guest.Memory.Content[(int)Result + 6]);
        Assert.Equal(1u, guest.Status(guest.Submit(Result, Back, 4096, 0x0403_0201)));

        Moves.AssertSame(data, guest.Memory.Content.Slice((int)Back, 4096));
        Assert.Equal((2u, 2u), (guest.Read(Head), guest.Read(Completed)));
        Assert.True(guest.Device.Irqs[2].IsPending());
    }

    [Theory]
    [InlineData(Source, Result, 4097u)]
    [InlineData(Source, Result, uint.MaxValue)]
    [InlineData(ulong.MaxValue, Result, 16u)]
    [InlineData(Source, 0x1_0000_0000UL, 16u)]
    public void Request_ThatIsInvalid_FailsAndTheRingContinues(ulong source, ulong result, uint length)
    {
        using var guest = new AcceleratorGuest();

        Assert.Equal(2u, guest.Status(guest.Submit(source, result, length, 1)));
        Assert.Equal(1u, guest.Status(guest.Submit(Source, Result, 16, 1)));
        Assert.Equal(2u, guest.Read(Completed));
    }

    [Theory]
    [InlineData(0, 0u)]
    [InlineData(3, 0u)]
    [InlineData(3, 4097u)]
    [InlineData(3, 1u)]
    public void Ring_SetUpWrongly_DoesNothing(int register, uint value)
    {
        using var guest = new AcceleratorGuest();
        guest.Write(register, value);

        Assert.Equal(0u, guest.Status(guest.Submit(Source, Result, 16, 1)));
        Assert.Equal(0u, guest.Read(Completed));
    }

    [Fact]
    public void Ring_WithoutBusMaster_WaitsForIt()
    {
        using var guest = new AcceleratorGuest();
        guest.SetBusMaster(false);
        int slot = guest.Submit(Source, Result, 16, 1);
        Assert.Equal(0u, guest.Status(slot));
        guest.SetBusMaster(true);
        guest.Write(7, 0);

        Assert.Equal(1u, guest.Status(slot));
    }

    [Fact]
    public void Ring_OfAStoppedDevice_ContinuesAfterwards()
    {
        using var guest = new AcceleratorGuest();
        guest.Device.Enter(VFIO_DEVICE_STATE_STOP);
        int slot = guest.Submit(Source, Result, 16, 1);
        Assert.Equal(0u, guest.Status(slot));
        guest.Device.Enter(VFIO_DEVICE_STATE_RUNNING);

        Assert.Equal(1u, guest.Status(slot));
    }

    [Fact]
    public void Registers_OfHeadAndCount_CannotBeWritten()
    {
        using var guest = new AcceleratorGuest();
        guest.Write(Head, 3);
        guest.Write(Completed, 9);
        guest.Write(7, 0x1234);

        Assert.Equal((0u, 0u, 0x1234u), (guest.Read(Head), guest.Read(Completed), guest.Read(7)));
    }

    [Theory]
    [InlineData(1UL, 4)]
    [InlineData(0UL, 2)]
    [InlineData(0UL, 8)]
    public void Access_ThatIsNoRegister_IsRefused(ulong offset, int length)
    {
        using var guest = new AcceleratorGuest();

        Assert.Equal(Errno.EINVAL, guest.Device.ReadRegion(0, offset, new byte[length]));
        Assert.Equal(Errno.EINVAL, guest.Device.WriteRegion(0, offset, new byte[length]));
    }

    [Fact]
    public void Registers_OfAnyContent_DoNoHarm()
    {
        using var guest = new AcceleratorGuest();

        Prop.ForAll<uint, uint>((place, value) =>
        {
            guest.Write((int)(place % 8), value);
            guest.Write(5, value % 8);
            return guest.Read(Head) < 4097;
        }).QuickCheckThrowOnFailure();
    }
}
