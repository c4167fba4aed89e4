using VfioMigration.DevVfio.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

using static VfioMigration.DevVfio.Tests.Support.MeasuredTable;
using static VfioMigration.Uapi.Vfio.VfioDeviceState;
using static VfioMigration.Uapi.Vfio.VfioIoctlNumbers;

namespace VfioMigration.DevVfio.Tests;

/// <summary>Rows 244 to 280: the stream of a device that is saved, what a reset leaves of it, and its length.</summary>
public sealed class DataFileRowTests : IDisposable
{
    private const uint TCGETS = 0x5401;

    private readonly DevVfioFixture fixture = new();
    private readonly OpenDevice device;

    public DataFileRowTests() => device = new OpenDevice(fixture, "mtty-1");

    public void Dispose() => fixture.Dispose();

    /// <summary>Exempt: mmap with MAP_PRIVATE.</summary>
    [Fact, Rows(244, 245, 247, 248, 250, 251, 253, 254, 257, 259, 260)]
    public void SavingStream_IsReadToItsEnd()
    {
        Assert.Equal(1, fixture.Write(device.Device, [1]).Value);
        device.Scratch = 0x5c;
        int data = device.Go(VFIO_DEVICE_STATE_STOP_COPY);
        var file = new MountedFile(fixture.Mount, fixture.FileOf(data));

        CheckOutput(244, $"0x{file.Poll:x}");
        Check(245, file.SeekErrno);
        Check(247, file.SeekErrno);
        Check(248, file.SeekErrno);
        Assert.False(file.IsMappable);
        Check(251, fixture.Ioctl(data, TCGETS, FakeClient.Scratch));
        Check(253, file.Sync);
        Check(254, fixture.Read(data, []));
        byte[] all = device.ReadAll(data);
        Check(257, all.Length, $"first 64 bytes hex: {all.Hex()}");
        Check(259, fixture.Read(data, new byte[64]), $"state still {device.State}");
        CheckOutput(260, $"0x{file.Poll:x}");
    }

    [Fact, Rows(262, 263, 265)]
    public void SavingStream_ThatWasClosed_IsLost()
    {
        fixture.Close(device.Go(VFIO_DEVICE_STATE_STOP_COPY));

        (Result<int> answer, _, int descriptor) = device.Set(VFIO_DEVICE_STATE_STOP_COPY);
        Check(262, answer, $"data_fd={descriptor} state={device.State}");
        Check(263, device.Set(VFIO_DEVICE_STATE_STOP).Answer, $"state={device.State}");
        int data = device.Go(VFIO_DEVICE_STATE_STOP_COPY);
        Check(265, device.Reset(), $"state={device.State}; old fd read -> {fixture.Read(data, new byte[1]).Error.Name()}");
    }

    [Theory, EachRow("reset", "^VFIO_DEVICE_RESET in ")]
    public void Reset_EndsTheStream(int row)
    {
        VfioDeviceState state = OpenDevice.Parse(MeasuredTable.Rows[row].Operation.Split(' ')[^1]);
        int data = device.Go(state);
        Result<int> answer = device.Reset();

        string old = data < 0 ? "-"
            : state == VFIO_DEVICE_STATE_RESUMING ? $"write1={fixture.Write(data, [1]).Error.Name()}"
            : $"read={fixture.Read(data, new byte[1]).Error.Name()} precopy_info={fixture.Ioctl(data, VFIO_MIG_GET_PRECOPY_INFO, Pack.Of(24u, 0u, 0UL, 0UL)).Error.Name()}";
        Check(row, answer, $"state={device.State}; old data fd: {old}");
    }

    [Theory, EachRow("data-size", "^GET MIG_DATA_SIZE in ")]
    public void DataSize_IsTheSameInEveryState(int row)
    {
        device.Go(OpenDevice.Parse(MeasuredTable.Rows[row].Operation.Split(' ')[^1]));

        (Result<int> answer, ulong length) = device.GetDataSize();
        Check(row, answer, $"stop_copy_length={length}");
    }
}
