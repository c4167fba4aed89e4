using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;

using static VfioMigration.Uapi.Vfio.VfioDeviceState;

namespace VfioMigration.Vendors.Tests.Conformance;

/// <summary>The data streams of sound devices.</summary>
public abstract partial class MigrationV2Conformance
{
    private static readonly int[] OddSizes = [1, 7, 4096, 1 << 20];

    [Fact]
    public void Save_LoadedIntoAFreshDevice_IsSavedThereBitForBit()
    {
        using var guest = new BusyGuest(Create());
        guest.Run(300);
        byte[] first = guest.Device.Save();
        VfioDevice target = Create();
        target.Load(first);

        Moves.AssertSame(first, target.Save());
    }

    [Fact]
    public void Save_ThroughPreCopyOfABusyDevice_GivesItsLastState()
    {
        using var guest = new BusyGuest(Create());
        guest.Run(100);
        if (!guest.Device.HasPreCopy())
        {
            Assert.Equal(Errno.EINVAL, guest.Device.Migration!.SetState(VFIO_DEVICE_STATE_PRE_COPY).Error);
            return;
        }

        MigrationSession session = guest.Device.Enter(VFIO_DEVICE_STATE_PRE_COPY)!;
        using var stream = new MemoryStream();
        for (int round = 0; round < 3; round++)
        {
            guest.Run(100);
            stream.Write(session.ReadToEnd(4096 + round));
        }

        guest.Run(100);
        Assert.Null(guest.Device.Enter(VFIO_DEVICE_STATE_STOP_COPY));
        stream.Write(session.ReadToEnd());
        Assert.Equal(0, session.Read(new byte[1]).Value);
        VfioDevice target = Create();
        target.Load(stream.ToArray());

        Moves.AssertSame(guest.Device.Save(), target.Save());
    }

    [Fact]
    public void Read_InOddSizes_GivesTheSameBytes()
    {
        using var guest = new BusyGuest(Create());
        guest.Run(100);
        byte[] expected = guest.Device.Save();

        Assert.All(OddSizes, size => Moves.AssertSame(expected, guest.Device.Save(size)));
    }

    [Fact]
    public void Write_InOddSizes_LoadsTheSameState()
    {
        using var guest = new BusyGuest(Create());
        guest.Run(100);
        byte[] expected = guest.Device.Save();
        VfioDevice target = Create();

        Assert.All(OddSizes, size =>
        {
            target.Reset();
            target.Load(expected, size);
            Moves.AssertSame(expected, target.Save());
        });
    }

    [Fact]
    public void Load_IntoTheDeviceItself_ChangesNothing()
    {
        using var guest = new BusyGuest(Create());
        guest.Run(200);
        byte[] stream = guest.Device.Save();
        guest.Device.Load(stream);
        Moves.AssertSame(stream, guest.Device.Save());
        guest.Device.Enter(VFIO_DEVICE_STATE_RUNNING);
        guest.Run(200);

        Assert.Null(guest.Workload.FindDifference());
    }

    [Fact]
    public void PendingBytes_UntilTheRealEnd_AreNotZero()
    {
        MigrationSession session = Create().Enter(VFIO_DEVICE_STATE_STOP_COPY)!;
        byte[] buffer = new byte[4093];
        do
        {
            Assert.NotEqual(0UL, session.PendingBytes);
        }
        while (session.Read(buffer).Value > 0 && session.PendingBytes > 0);

        Assert.Equal(0, session.Read(buffer).Value);
    }

    [Fact]
    public void PrecopyInfo_WhileNothingChanges_FallsToZero()
    {
        VfioDevice device = Create();
        if (!device.HasPreCopy())
        {
            return;
        }

        MigrationSession session = device.Enter(VFIO_DEVICE_STATE_PRE_COPY)!;
        PrecopyInfo before = session.GetPrecopyInfo().Value;
        Assert.NotEqual(0UL, before.InitialBytes);
        byte[] buffer = new byte[13];
        Result<int> read = session.Read(buffer);
        for (int i = 0; i < 100 && read is { IsOk: true, Value: > 0 }; i++)
        {
            PrecopyInfo now = session.GetPrecopyInfo().Value;
            Assert.True(now.InitialBytes <= before.InitialBytes);
            Assert.Equal(0UL, now.DirtyBytes);
            before = now;
            read = session.Read(buffer);
        }

        session.ReadToEnd();
        Assert.Equal(new PrecopyInfo(0, 0), session.GetPrecopyInfo().Value);
        Assert.Equal(0UL, session.PendingBytes);
        Assert.Contains(session.Read(buffer), (Result<int>[])[0, Errno.ENOMSG]);
        Assert.Equal(Vendor.IsMtty ? Errno.None : Errno.ENOMSG, session.Read(buffer).Error);
    }

    [Fact]
    public void PrecopyInfo_WhereItDoesNotBelong_FailsAsMeasured()
    {
        VfioDevice device = Create();
        var info = new VfioPrecopyInfo { Argsz = 24, Flags = 0x1234 };
        Assert.Equal(Errno.ENOTTY, device.Reach(VFIO_DEVICE_STATE_RESUMING)!.GetPrecopyInfo(ref info));
        Assert.Equal(Errno.EINVAL, device.Reach(VFIO_DEVICE_STATE_STOP_COPY)!.GetPrecopyInfo(ref info));
        if (!device.HasPreCopy())
        {
            return;
        }

        MigrationSession first = device.Reach(VFIO_DEVICE_STATE_PRE_COPY)!;
        Assert.Equal(Errno.None, first.GetPrecopyInfo(ref info));
        Assert.Equal((24U, 0x1234U), (info.Argsz, info.Flags));
        info.Argsz = 23;
        Assert.Equal(Errno.EINVAL, first.GetPrecopyInfo(ref info));
        info.Argsz = 24;
        device.Enter(VFIO_DEVICE_STATE_RUNNING);
        Assert.Equal(Errno.EINVAL, first.GetPrecopyInfo(ref info));
        device.Enter(VFIO_DEVICE_STATE_PRE_COPY);
        Assert.Equal(Errno.ENODEV, first.GetPrecopyInfo(ref info));
    }

    [Fact]
    public void StopCopyLength_BeforeAnythingWasRead_IsNotFarFromTheStream()
    {
        VfioDevice device = Create();
        foreach (VfioDeviceState state in Moves.StatesOf(device).Where(DeviceStateTable.IsRunning))
        {
            device.Reach(state);
            ulong estimate = device.Migration!.GetStopCopyLength().Value;
            device.Enter(VFIO_DEVICE_STATE_STOP_COPY);
            ulong length = (ulong)device.Migration.Session!.ReadToEnd().Length;

            Assert.InRange(estimate, length / 8, length * 8);
        }
    }
}
