using VfioMigration.DevVfio.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

using static VfioMigration.DevVfio.Tests.Support.MeasuredTable;
using static VfioMigration.Uapi.Vfio.VfioDeviceState;
using static VfioMigration.Uapi.Vfio.VfioIoctlNumbers;

namespace VfioMigration.DevVfio.Tests;

/// <summary>Rows 281 to 302.</summary>
public sealed class PrecopyRowTests : IDisposable
{
    private readonly DevVfioFixture fixture = new();
    private readonly OpenDevice device;

    public PrecopyRowTests() => device = new OpenDevice(fixture, "mtty-1");

    public void Dispose() => fixture.Dispose();

    [Fact, Rows(281, 283, 284, 286, 287, 289)]
    public void PrecopyInfo_CountsWhatIsLeft()
    {
        (Result<int> answer, _, int data) = device.Set(VFIO_DEVICE_STATE_PRE_COPY);
        Check(281, answer, $"data_fd new={data > 2} state={device.State}");
        Check(283, Info(data, 23).Answer);
        (answer, byte[] info) = Info(data, 4096);
        Check(284, answer, $"({info.UInt(0)}, {info.UInt(4)}, {info.ULong(8)}, {info.ULong(16)})");
        byte[] ten = new byte[10];
        Check(286, fixture.Read(data, ten), ten.Hex());
        CheckInfo(287, data);
        device.ReadAll(data);
        CheckInfo(289, data);
    }

    [Fact, Rows(290, 292, 293, 295)]
    public void Stream_GoesOnInStopCopy()
    {
        int data = device.Go(VFIO_DEVICE_STATE_PRE_COPY);

        (Result<int> answer, _, int descriptor) = device.Set(VFIO_DEVICE_STATE_PRE_COPY_P2P);
        Check(290, answer, $"data_fd={descriptor}");
        (answer, _, descriptor) = device.Set(VFIO_DEVICE_STATE_STOP_COPY);
        Check(292, answer, $"data_fd={descriptor} (same fd continues)");
        Check(293, Info(data, 24).Answer);
        (answer, string state, descriptor) = device.Set(VFIO_DEVICE_STATE_PRE_COPY);
        Check(295, answer, $"state={device.State} struct state={state} data_fd={descriptor}");
    }

    [Fact, Rows(296, 298, 299, 301)]
    public void Precopy_CanBeGivenUpAndBegunAgain()
    {
        int old = device.Go(VFIO_DEVICE_STATE_PRE_COPY);

        Check(296, device.Set(VFIO_DEVICE_STATE_RUNNING).Answer, $"state={device.State}");
        Check(298, fixture.Read(old, new byte[8]));
        (Result<int> answer, _, int data) = device.Set(VFIO_DEVICE_STATE_PRE_COPY);
        Check(299, answer, $"new fd={data > 2}");
        fixture.Close(data);
        (answer, _, data) = device.Set(VFIO_DEVICE_STATE_STOP_COPY);
        Check(301, answer, $"data_fd={data} state={device.State}");
    }

    [Fact, Rows(302)]
    public void Precopy_TurnsIntoResuming()
    {
        int old = device.Go(VFIO_DEVICE_STATE_PRE_COPY);
        (Result<int> answer, _, int data) = device.Set(VFIO_DEVICE_STATE_RESUMING);

        Check(302, answer, $"data_fd new={data > 2 && data != old} state={device.State}");
    }

    private void CheckInfo(int row, int data)
    {
        (Result<int> answer, byte[] info) = Info(data, 24);
        Check(row, answer, $"initial={info.ULong(8)} dirty={info.ULong(16)}");
    }

    private (Result<int> Answer, byte[] Info) Info(int data, uint argsz)
    {
        byte[] info = Pack.Of(argsz, 0x1234u, 0UL, 0UL);
        return (fixture.Ioctl(data, VFIO_MIG_GET_PRECOPY_INFO, info), info);
    }
}
