using System.Buffers.Binary;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.Vendors.Tests.Conformance;

/// <summary>What the migration region of Linux 5.8 to 5.17 promises, of the device of any driver: region and states.</summary>
public abstract partial class MigrationV1Conformance(string vendor)
{
    private const uint Stop = 0;
    private const uint Running = 1;
    private const uint Saving = 2;
    private const uint PreCopy = 3;
    private const uint Resuming = 4;

    [Fact]
    public void Region_OfADevice_SaysWhatItIs()
    {
        VfioDevice device = Create();
        var user = new RegionUser(device);
        byte[] chain = new byte[RegionCapability.ChainSize(user.Region.Capabilities)];
        RegionCapability.WriteChain(user.Region.Capabilities, chain, 32);

        Assert.Equal(MigrationPersonality.V1, device.Personality);
        Assert.True(user.Index >= (device is VfioPciDevice ? VfioPciIndex.VFIO_PCI_NUM_REGIONS : 1));
        Assert.True(user.Region.Flags.HasFlag(VfioRegionFlags.VFIO_REGION_INFO_FLAG_CAPS));
        Assert.Equal((2, 1), (BinaryPrimitives.ReadUInt16LittleEndian(chain), BinaryPrimitives.ReadUInt16LittleEndian(chain.AsSpan(2))));
        Assert.Equal(48U, BinaryPrimitives.ReadUInt32LittleEndian(chain.AsSpan(4)));
        Assert.Equal(3U, BinaryPrimitives.ReadUInt32LittleEndian(chain.AsSpan(8)));
        Assert.Equal(1U, BinaryPrimitives.ReadUInt32LittleEndian(chain.AsSpan(12)));
        Assert.Equal(Running, user.State);
    }

    [Fact]
    public void Fields_InAnythingButTheirOwnWidth_AreRefused()
    {
        VfioDevice device = Create();
        var user = new RegionUser(device);
        Dictionary<int, int> widths = new() { [0] = 4, [4] = 4, [8] = 8, [16] = 8, [24] = 8 };
        for (int offset = 0; offset < 64; offset++)
        {
            for (int length = 1; length <= 16; length++)
            {
                bool natural = widths.GetValueOrDefault(offset) == length;
                Assert.Equal(natural ? Errno.None : Errno.EINVAL, device.ReadRegion(user.Index, (ulong)offset, new byte[length]));
                if (!natural)
                {
                    Assert.Equal(Errno.EINVAL, device.WriteRegion(user.Index, (ulong)offset, new byte[length]));
                }
            }
        }
    }

    [Fact]
    public void Fields_ThatAreReadOnly_CannotBeWritten()
    {
        VfioDevice device = Create();
        var user = new RegionUser(device);

        Assert.Equal(Errno.EINVAL, device.WriteRegion(user.Index, 8, new byte[8]));
        Assert.Equal(Errno.EINVAL, device.WriteRegion(user.Index, 16, new byte[8]));
        Assert.Equal(Errno.None, device.WriteRegion(user.Index, 4, [1, 2, 3, 4]));
        byte[] reserved = [9, 9, 9, 9];
        Assert.Equal(Errno.None, device.ReadRegion(user.Index, 4, reserved));
        Assert.Equal(new byte[4], reserved);
    }

    [Theory]
    [InlineData(Stop, true)]
    [InlineData(Running, true)]
    [InlineData(Saving, true)]
    [InlineData(PreCopy, true)]
    [InlineData(Resuming, true)]
    [InlineData(5, false)]
    [InlineData(6, false)]
    [InlineData(7, false)]
    public void Pattern_FromRunning_IsTakenWhenItIsValid(uint state, bool isValid)
    {
        VfioDevice device = Create();
        var user = new RegionUser(device);

        Assert.Equal(isValid ? Errno.None : Errno.EINVAL, user.Enter(state));
        Assert.Equal(isValid ? state : Running, user.State);
        Assert.Equal(Errno.None, device.Reset());
        Assert.Equal(Running, user.State);
    }

    [Fact]
    public void Pattern_ThatIsInvalid_ChangesNoState()
    {
        var user = new RegionUser(Create());
        foreach (uint state in (uint[])[PreCopy, Saving, Stop, Resuming])
        {
            user.MustEnter(state);
            Assert.All((uint[])[5, 6, 7], invalid => Assert.Equal(Errno.EINVAL, user.Enter(invalid)));
            Assert.Equal(state, user.State);
        }
    }

    [Fact]
    public void ReservedBits_WrittenWithAState_AreKept()
    {
        var user = new RegionUser(Create());

        Assert.Equal(Errno.None, user.Enter(Stop | 0xABC0));
        Assert.Equal(Stop | 0xABC0, user.State);
        Assert.Equal(Errno.EINVAL, user.Enter(7));
        Assert.Equal(Stop | 0xABC0, user.State);
    }

    [Fact]
    public void SavingAndRunning_OfAnyDevice_ContinuesRunning()
    {
        using var guest = new BusyGuest(Create());
        var user = new RegionUser(guest.Device);
        user.MustEnter(PreCopy);
        guest.Run(50);
        user.MustEnter(PreCopy);
        user.MustEnter(Running);
        guest.Run(50);

        Assert.Null(guest.Workload.FindDifference());
    }

    [Fact]
    public void StopAndCopy_BackToPreCopy_IsRefused()
    {
        var user = new RegionUser(Create());
        user.MustEnter(Saving);

        Assert.Equal(Errno.EINVAL, user.Enter(PreCopy));
        Assert.Equal(Saving, user.State);
    }

    [Fact]
    public void ErrorState_IsReportedUntilReset()
    {
        VfioDevice device = Create();
        var user = new RegionUser(device);
        device.Reach(VfioDeviceState.VFIO_DEVICE_STATE_ERROR);

        Assert.Equal(6U, user.State);
        Assert.All((uint[])[0, 1, 2, 3, 4, 5, 6, 7], state => Assert.Equal(Errno.EINVAL, user.Enter(state)));
        Assert.Equal(Errno.None, device.Reset());
        Assert.Equal(Running, user.State);
    }

    [Fact]
    public void Features_OfTheMergedInterface_DoNotExist()
    {
        byte[] probe = [8, 0, 0, 0, 1, 0, 4, 0];

        Assert.Equal(Errno.ENOTTY, VfioMigration.Vfio.Features.DeviceFeatures.Invoke(Create(), probe).Error);
    }

    private VfioDevice Create() => VendorDevice.Named(vendor).Create("v1");
}
