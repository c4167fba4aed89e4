using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Faults;
using VfioMigration.Vfio.Migration;

using static VfioMigration.Uapi.Vfio.VfioDeviceState;

namespace VfioMigration.Vendors.Tests.Conformance;

/// <summary>What a user of the merged uAPI does with a device.</summary>
internal static class Moves
{
    private const int UsualSize = 64 * 1024;

    /// <summary>States a device with these flags has, in the order of their numbers; ERROR first, which every device has.</summary>
    internal static IEnumerable<VfioDeviceState> StatesOf(VfioDevice device) =>
        Enumerable.Range(0, (int)VFIO_DEVICE_STATE_NR)
            .Select(number => (VfioDeviceState)number)
            .Where(state => state == VFIO_DEVICE_STATE_ERROR || DeviceStateTable.IsSupported(state, device.Migration!.Flags));

    internal static bool HasPreCopy(this VfioDevice device) => device.Migration!.Flags.HasFlag(VfioMigrationFlags.VFIO_MIGRATION_PRE_COPY);

    internal static bool HasP2p(this VfioDevice device) => device.Migration!.Flags.HasFlag(VfioMigrationFlags.VFIO_MIGRATION_P2P);

    internal static MigrationSession? Enter(this VfioDevice device, VfioDeviceState state)
    {
        Result<MigrationSession?> moved = device.Migration!.SetState(state);
        Assert.Equal(Errno.None, moved.Error);
        Assert.Equal(state, device.Migration.State);
        return moved.Value;
    }

    /// <summary>Resets the device and brings it into a state; into ERROR by a fault. The session of the way, if it opened one.</summary>
    internal static MigrationSession? Reach(this VfioDevice device, VfioDeviceState state)
    {
        Assert.Equal(Errno.None, device.Reset());
        if (state != VFIO_DEVICE_STATE_ERROR)
        {
            return device.Enter(state);
        }

        VfioDeviceState first = DeviceStateTable.Path(VFIO_DEVICE_STATE_RUNNING, VFIO_DEVICE_STATE_STOP, device.Migration!.Flags).Value[1];
        device.Faults.Add(FaultRule.Parse($"arc RUNNING {first.Name()} EIO break", out _)!);
        Assert.Equal(Errno.EIO, device.Migration.SetState(VFIO_DEVICE_STATE_STOP).Error);
        Assert.Equal(VFIO_DEVICE_STATE_ERROR, device.Migration.State);
        device.Faults.Clear();
        return null;
    }

    internal static byte[] ReadToEnd(this MigrationSession session, int size = UsualSize)
    {
        using var stream = new MemoryStream();
        byte[] buffer = new byte[size];
        while (session.Read(buffer) is { IsOk: true, Value: > 0 and int count })
        {
            stream.Write(buffer, 0, count);
        }

        return stream.ToArray();
    }

    internal static Errno Write(this MigrationSession session, ReadOnlySpan<byte> stream, int size)
    {
        Errno error = Errno.None;
        while (error == Errno.None && !stream.IsEmpty)
        {
            int count = Math.Min(size, stream.Length);
            error = session.Write(stream[..count]);
            stream = stream[count..];
        }

        return error;
    }

    /// <summary>Stops the device and takes its whole state. It is in STOP_COPY afterwards.</summary>
    internal static byte[] Save(this VfioDevice device, int size = UsualSize)
    {
        device.Enter(VFIO_DEVICE_STATE_STOP);
        MigrationSession session = device.Enter(VFIO_DEVICE_STATE_STOP_COPY)!;
        byte[] stream = session.ReadToEnd(size);
        Assert.Equal(0, session.Read(new byte[1]).Value);
        return stream;
    }

    /// <summary>Gives the device a state. It is in STOP afterwards.</summary>
    internal static void Load(this VfioDevice device, ReadOnlySpan<byte> stream, int size = UsualSize)
    {
        MigrationSession session = device.Enter(VFIO_DEVICE_STATE_RESUMING)!;
        Assert.Equal(Errno.None, session.Write(stream, size));
        device.Enter(VFIO_DEVICE_STATE_STOP);
    }

    /// <summary>
    /// Gives a device that was just reset a stream that may be wrong: the errno of the write, else of the arc to STOP. A stream that was
    /// refused leaves the device in RESUMING, and a write that failed is not forgotten. An mtty, which answers EFAULT, would load it nevertheless, and is reset.
    /// </summary>
    internal static Errno TryLoad(this VfioDevice device, ReadOnlySpan<byte> stream)
    {
        MigrationSession session = device.Reach(VFIO_DEVICE_STATE_RESUMING)!;
        Errno written = session.Write(stream, UsualSize);
        if (written == Errno.EFAULT)
        {
            Assert.Equal(Errno.None, device.Reset());
            return written;
        }

        Errno stopped = device.Migration!.SetState(VFIO_DEVICE_STATE_STOP).Error;
        Assert.Equal(stopped == Errno.None ? VFIO_DEVICE_STATE_STOP : VFIO_DEVICE_STATE_RESUMING, device.Migration.State);
        Assert.True(written == Errno.None || stopped == Errno.EINVAL);
        return written == Errno.None ? stopped : written;
    }

    internal static void AssertSame(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.Equal(expected.Length, expected.CommonPrefixLength(actual));
    }
}
