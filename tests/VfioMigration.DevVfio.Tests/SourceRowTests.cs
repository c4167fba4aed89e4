using VfioMigration.DevVfio.Tests.Support;
using VfioMigration.Uapi;

using static VfioMigration.DevVfio.Tests.Support.MeasuredTable;
using static VfioMigration.Uapi.Vfio.VfioDeviceState;

namespace VfioMigration.DevVfio.Tests;

/// <summary>Rows 340 to 350: a device with two ports, stopped, closed and opened again.</summary>
public sealed class SourceRowTests : IDisposable
{
    private readonly DevVfioFixture fixture = new();
    private readonly OpenDevice device;

    public SourceRowTests() => device = new OpenDevice(fixture, "mtty-2");

    public void Dispose() => fixture.Dispose();

    [Fact, Rows(340, 346, 347)]
    public void Device_InStopCopy_StillAnswersAccesses()
    {
        (Result<int> size, ulong length) = device.GetDataSize();
        Check(340, size, $"stop_copy_length={length}");
        device.Scratch = 0x77;
        device.Go(VFIO_DEVICE_STATE_STOP_COPY);
        byte[] value = new byte[1];

        Check(346, fixture.Read(device.Device, value, 7), $"value={value.Hex()} (device still answers accesses)");
        Check(347, fixture.Write(device.Device, [0x12], 7), $"SCR now {device.Scratch:x2}");
    }

    [Fact, Rows(349, 350)]
    public void Device_OpenedAgain_IsStillInItsState()
    {
        device.Go(VFIO_DEVICE_STATE_STOP_COPY);
        fixture.Close(device.Device);

        Result<int> opened = device.GetDevice(device.Uuid);
        device.Device = opened.Value;
        Check(349, opened, $"state={device.State}");
        (Result<int> answer, _, int descriptor) = device.Set(VFIO_DEVICE_STATE_STOP_COPY);
        Check(350, answer, $"data_fd={descriptor}");
    }
}
