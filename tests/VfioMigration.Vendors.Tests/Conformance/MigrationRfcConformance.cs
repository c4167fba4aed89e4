using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Faults;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Migration.Region;

using static VfioMigration.Uapi.Vfio.VfioDeviceStateRfc;

namespace VfioMigration.Vendors.Tests.Conformance;

/// <summary>What the RFC of January 2022 promises, of the device of any driver.</summary>
public abstract class MigrationRfcConformance(string vendor)
{
    private static readonly VfioDeviceStateRfc[] Everything =
        [STOP, RUNNING, STOP_COPY, PRE_COPY, RESUMING, PRE_COPY_P2P, ERROR, RUNNING_P2P];

    /// <summary>The 15 arcs of a device that has every state (fsm-arcs.tsv).</summary>
    private static readonly (VfioDeviceStateRfc From, VfioDeviceStateRfc To)[] AllArcs =
    [
        (STOP, STOP_COPY), (STOP, RESUMING), (STOP, RUNNING_P2P), (RUNNING, RUNNING_P2P), (RUNNING, PRE_COPY), (STOP_COPY, STOP),
        (RESUMING, STOP), (RUNNING_P2P, STOP), (RUNNING_P2P, RUNNING), (RUNNING_P2P, PRE_COPY_P2P), (PRE_COPY, RUNNING),
        (PRE_COPY, PRE_COPY_P2P), (PRE_COPY_P2P, STOP_COPY), (PRE_COPY_P2P, RUNNING_P2P), (PRE_COPY_P2P, PRE_COPY),
    ];

    /// <summary>The 6 of one that has no optional state.</summary>
    private static readonly (VfioDeviceStateRfc From, VfioDeviceStateRfc To)[] FewestArcs =
        [(STOP, RUNNING), (STOP, STOP_COPY), (STOP, RESUMING), (RUNNING, STOP), (STOP_COPY, STOP), (RESUMING, STOP)];

    [Fact]
    public void Numbers_OfTheStates_AreThoseOfTheRfc()
    {
        VfioDevice device = Create();
        var user = new RegionUser(device);
        Assert.Equal(MigrationPersonality.Rfc, device.Personality);
        Assert.Equal((uint)RUNNING, user.State);
        foreach (VfioDeviceStateRfc state in Everything.Where(state => state != ERROR))
        {
            device.Reset();
            VfioDeviceState merged = Enum.Parse<VfioDeviceState>($"VFIO_DEVICE_STATE_{state}");
            bool exists = DeviceStateTable.IsSupported(merged, device.Migration!.Flags);

            Assert.Equal(exists ? Errno.None : Errno.EINVAL, user.Enter((uint)state));
            Assert.Equal(exists ? (uint)state : (uint)RUNNING, user.State);
            Assert.Equal(exists ? merged : VfioDeviceState.VFIO_DEVICE_STATE_RUNNING, device.Migration.State);
        }
    }

    [Fact]
    public void Arcs_OfTheDevice_AreTheTables()
    {
        VfioDevice device = Create();
        var region = (MigrationRegionRfc)device.MigrationRegion!;
        var supported = new List<(VfioDeviceStateRfc, VfioDeviceStateRfc)>();
        for (VfioDeviceStateRfc from = 0; (uint)from < 10; from++)
        {
            for (VfioDeviceStateRfc to = 0; (uint)to < 10; to++)
            {
                if (region.IsArcSupported(from, to))
                {
                    supported.Add((from, to));
                }
            }
        }

        IEnumerable<(VfioDeviceStateRfc, VfioDeviceStateRfc)> expected = device.HasP2p() ? AllArcs
            : device.HasPreCopy() ? [.. FewestArcs, (RUNNING, PRE_COPY), (PRE_COPY, RUNNING), (PRE_COPY, STOP_COPY)]
            : FewestArcs;
        Assert.Equal(expected.Order(), supported.Order());
    }

    [Fact]
    public void Error_CannotBeAskedForAndIsLeftByReset()
    {
        VfioDevice device = Create();
        var user = new RegionUser(device);
        Assert.Equal(Errno.EINVAL, user.Enter((uint)ERROR));
        device.Reach(VfioDeviceState.VFIO_DEVICE_STATE_ERROR);

        Assert.Equal((uint)ERROR, user.State);
        Assert.All(Everything, state => Assert.Equal(Errno.EINVAL, user.Enter((uint)state)));
        Assert.Equal(Errno.None, device.Reset());
        Assert.Equal((uint)RUNNING, user.State);
    }

    [Fact]
    public void StopCopy_BackToPreCopy_IsBlocked()
    {
        var user = new RegionUser(Create());
        user.MustEnter((uint)STOP_COPY);

        Assert.Equal(Errno.EINVAL, user.Enter((uint)PRE_COPY));
        Assert.Equal(Errno.EINVAL, user.Enter((uint)PRE_COPY_P2P));
        Assert.Equal((uint)STOP_COPY, user.State);
    }

    [Fact]
    public void Walk_ThatFailsHalfWay_EndsWhereItBegan()
    {
        VfioDevice device = Create();
        var user = new RegionUser(device);
        device.Faults.Add(FaultRule.Parse("arc STOP STOP_COPY EIO", out _)!);

        Assert.Equal(Errno.EIO, user.Enter((uint)STOP_COPY));
        Assert.Equal((uint)RUNNING, user.State);
        user.MustEnter((uint)STOP_COPY);
    }

    [Fact]
    public void RoundTrip_OfAMigration_GivesTheSameState()
    {
        using var guest = new BusyGuest(Create());
        guest.Run(200);
        var source = new RegionUser(guest.Device);
        var chunks = new List<byte[]>();
        if (guest.Device.HasPreCopy())
        {
            source.MustEnter((uint)PRE_COPY);
            chunks.AddRange(source.FetchAll());
            guest.Run(100);
            source.MustEnter((uint)(guest.Device.HasP2p() ? PRE_COPY_P2P : PRE_COPY));
            guest.Run(100);
        }

        source.MustEnter((uint)STOP_COPY);
        chunks.AddRange(source.FetchAll());
        var target = new RegionUser(Create());
        target.MustEnter((uint)RESUMING);
        Assert.Equal(Errno.None, target.Give(chunks));
        target.MustEnter((uint)RUNNING);

        Moves.AssertSame(Whole(source), Whole(target));
    }

    private static byte[] Whole(RegionUser user)
    {
        user.MustEnter((uint)STOP);
        user.MustEnter((uint)STOP_COPY);
        return [.. user.FetchAll().SelectMany(chunk => chunk)];
    }

    private VfioDevice Create() => VendorDevice.Named(vendor).Create("rfc");
}
