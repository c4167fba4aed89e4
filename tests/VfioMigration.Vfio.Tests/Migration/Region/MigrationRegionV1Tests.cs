using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Migration.Region;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Tests.Support;

using static VfioMigration.Vfio.Tests.Support.MigrationRegionUser;

namespace VfioMigration.Vfio.Tests.Migration.Region;

/// <summary>uapi-v1.md: the struct, the bits and the transitions.</summary>
public class MigrationRegionV1Tests
{
    private readonly ScriptedMigrationOps ops = new();
    private readonly TestVfioDevice device;
    private readonly MigrationRegionUser user;

    public MigrationRegionV1Tests()
    {
        device = new TestVfioDevice(ops, MigrationPersonality.V1);
        user = new MigrationRegionUser(device);
    }

    [Fact]
    public void Region_IsFoundByItsTypeAndMappable()
    {
        MigrationRegion region = device.MigrationRegion!;

        Assert.Same(region, device.Regions[^1]);
        Assert.Equal((4096ul + 65536, 15u), (region.Size, (uint)region.Flags));
        Assert.Equal(new RegionTypeCapability(3, 1), region.Capabilities[0]);
        Assert.Equal([(4096ul, 65536ul)], Assert.IsType<SparseMmapCapability>(region.Capabilities[1]).Areas);
        Assert.True(region.Map(4096, 65536).IsOk);
        Assert.Equal(Errno.EINVAL, region.Map(0, 4096).Error);
        Assert.Equal(MigrationPersonality.V1, device.Personality);
    }

    [Fact]
    public void Fields_HaveTheirOffsetsAndWidthsOnly()
    {
        Dictionary<ulong, int> fields = new() { [DeviceState] = 4, [Reserved] = 4, [PendingBytes] = 8, [DataOffset] = 8, [DataSize] = 8 };
        for (ulong offset = 0; offset < 48; offset++)
        {
            for (int length = 1; length <= 16; length++)
            {
                bool isField = fields.GetValueOrDefault(offset) == length;
                Assert.Equal(isField ? Errno.None : Errno.EINVAL, user.Read(offset, length));
                if (!isField)
                {
                    Assert.Equal(Errno.EINVAL, user.Write(offset, new byte[length]));
                }
            }
        }

        Assert.Equal(Errno.EINVAL, user.Read(32, 4064));
        Assert.Equal(Errno.EINVAL, user.Read(4095, 2));
        Assert.Equal(Errno.None, user.Read(4096, 65536));
        Assert.Equal(Errno.EINVAL, user.Read(4096, 65537));
    }

    [Fact]
    public void ReadOnlyFields_RefuseWritesAndReservedIgnoresThem()
    {
        Assert.Equal(Errno.EINVAL, user.Write64(PendingBytes, 1));
        Assert.Equal(Errno.EINVAL, user.Write64(DataOffset, 1));
        Assert.Equal(Errno.None, user.Write32(Reserved, 0xFFFFFFFF));
        Assert.Equal(0u, user.Read32(Reserved).Value);
    }

    [Fact]
    public void NewDevice_IsRunning() => Assert.Equal((1u, "RUNNING"), (user.Read32(DeviceState).Value, device.MigrationRegion!.StateName));

    [Theory]
    [InlineData(0u, "STOP", "STOP")]
    [InlineData(1u, "RUNNING", "RUNNING")]
    [InlineData(2u, "SAVING", "STOP_COPY")]
    [InlineData(3u, "SAVING|RUNNING", "PRE_COPY")]
    [InlineData(4u, "RESUMING", "RESUMING")]
    public void ValidPattern_IsEnteredAndReadBack(uint value, string name, string state)
    {
        Assert.Equal(Errno.None, user.Write32(DeviceState, value));

        Assert.Equal((value, name), (user.Read32(DeviceState).Value, device.MigrationRegion!.StateName));
        Assert.Equal(States.Parse(state), device.Migration!.State);
    }

    [Theory]
    [InlineData(5u)]
    [InlineData(6u)]
    [InlineData(7u)]
    public void InvalidPattern_IsEINVALWithoutEffect(uint value)
    {
        user.Write32(DeviceState, 0);
        ops.Calls.Clear();

        Assert.Equal(Errno.EINVAL, user.Write32(DeviceState, value | 0x100));

        Assert.Equal(0u, user.Read32(DeviceState).Value);
        Assert.Empty(ops.Calls);
    }

    [Fact]
    public void ReservedBits_ComeBackAsTheyWereWritten()
    {
        Assert.Equal(Errno.None, user.Write32(DeviceState, 0xFFFFFFF8 | 2));
        Assert.Equal(0xFFFFFFFAu, user.Read32(DeviceState).Value);
        Assert.Equal("SAVING", device.MigrationRegion!.StateName);

        ops.OnArc = (_, _) => Errno.EIO;
        Assert.Equal(Errno.EIO, user.Write32(DeviceState, 0x80 | 0));
        Assert.Equal(0xFFFFFFFAu, user.Read32(DeviceState).Value);
    }

    /// <summary>uapi-v1.md, transitions listed by the header.</summary>
    [Theory]
    [InlineData(1u, 0u)]
    [InlineData(1u, 2u, 0u)]
    [InlineData(1u, 3u, 2u, 0u)]
    [InlineData(1u, 4u, 1u)]
    [InlineData(1u, 3u, 1u)]
    [InlineData(1u, 2u, 1u)]
    public void ListedTransitions_Work(params uint[] states) => Assert.All(states, state =>
    {
        Assert.Equal(Errno.None, user.Write32(DeviceState, state));
        Assert.Equal(state, user.Read32(DeviceState).Value);
    });

    [Theory]
    [InlineData(FeatureSets.Everything)]
    [InlineData(FeatureSets.StopCopy)]
    public void StopAndCopyToPreCopy_IsEINVAL(VfioMigrationFlags flags)
    {
        var other = new MigrationRegionUser(new TestVfioDevice(new ScriptedMigrationOps(flags), MigrationPersonality.V1));
        other.Write32(DeviceState, 2);

        Assert.Equal(Errno.EINVAL, other.Write32(DeviceState, 3));
        Assert.Equal(2u, other.Read32(DeviceState).Value);
    }

    [Fact]
    public void FailedTransition_ReadsBackAsThePreviousState()
    {
        ops.OnArc = (_, to) => to == States.STOP_COPY ? Errno.ENOSPC : Errno.None;

        Assert.Equal(Errno.ENOSPC, user.Write32(DeviceState, 2));
        Assert.Equal(1u, user.Read32(DeviceState).Value);
    }

    [Fact]
    public void BrokenDevice_ReadsBackAsTheErrorStateUntilReset()
    {
        ops.OnArc = (_, _) => Errno.EIO;
        ops.Broken = true;
        Assert.Equal(Errno.EIO, user.Write32(DeviceState, 0));
        Assert.Equal((6u, "RESUMING|SAVING"), (user.Read32(DeviceState).Value, device.MigrationRegion!.StateName));
        ops.OnArc = (_, _) => Errno.None;
        ops.Broken = false;
        Assert.All([0u, 1u, 2u, 3u, 4u], state => Assert.Equal(Errno.EINVAL, user.Write32(DeviceState, state)));

        Assert.Equal(Errno.None, device.Reset());

        Assert.Equal(1u, user.Read32(DeviceState).Value);
        Assert.Equal(Errno.None, user.Write32(DeviceState, 0));
    }
}
