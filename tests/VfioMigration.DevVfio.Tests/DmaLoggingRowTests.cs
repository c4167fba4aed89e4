using VfioMigration.DevVfio.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

using static VfioMigration.DevVfio.Tests.Support.MeasuredTable;
using static VfioMigration.Uapi.Vfio.VfioDeviceFeature;
using static VfioMigration.Uapi.Vfio.VfioDeviceFeatureFlags;

namespace VfioMigration.DevVfio.Tests;

/// <summary>Rows 208 to 242.</summary>
public sealed class DmaLoggingRowTests : IDisposable
{
    private const ulong M = 1 << 20;

    private readonly DevVfioFixture fixture = new();
    private readonly OpenDevice device;

    public DmaLoggingRowTests() => device = new OpenDevice(fixture, "mtty-1");

    public void Dispose() => fixture.Dispose();

    [Fact, Rows(208, 209, 211, 212, 214, 215, 217, 218, 220, 221, 223, 224)]
    public void Start_ChecksItsRanges()
    {
        CheckStart(208, 4096, (0, M), (2 * M, M));
        CheckStart(209, 4096, (0, 2 * M), (M, 2 * M));
        CheckStart(211, 4096, (100, M));
        CheckStart(212, 4096, (0, 100));
        CheckStart(214, 4096);
        CheckStart(215, 0, (0, M));
        CheckStart(217, 3000, (0, M));
        CheckStart(218, 2 * M, (0, 4 * M));
        CheckStart(220, 4096, (unchecked(0UL - M), M));
        CheckStart(221, 4096, [.. Enumerable.Range(0, 256).Select(static i => ((ulong)i * M, 4096UL))]);
        Check(223, Start(4096, 1, 0, VFIO_DEVICE_FEATURE_SET).Answer);
        Check(224, Start(4096, 1, FakeClient.Aside, VFIO_DEVICE_FEATURE_GET).Answer);
    }

    [Fact, Rows(226, 227, 229, 230, 232, 233, 235, 236, 238, 239, 241, 242)]
    public void Report_OnAKernelWithoutIommufd_ChecksAndCannotReport()
    {
        CheckStart(208, 4096, (0, M), (2 * M, M));
        CheckReport(226, 0, 0x10000, 4096);
        CheckReport(227, 0, 0x10000, 512);
        CheckReport(229, 0, 0x10000, 0);
        CheckReport(230, 0, 0, 4096);
        CheckReport(232, 0, 0x10001, 4096);
        CheckReport(233, unchecked((ulong)-4096L), 0x10000, 4096);
        CheckReport(235, 0, 0x40000000, 0x40000000);
        Check(236, Report(0, 0x10000, 4096, 0, VFIO_DEVICE_FEATURE_GET));
        Check(238, Report(0, 0x10000, 4096, FakeClient.Aside, VFIO_DEVICE_FEATURE_SET));
        Check(239, device.Feature(VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP, VFIO_DEVICE_FEATURE_SET, []));
        fixture.Client.Place(FakeClient.Aside, Pack.Filled(8, 0x5a));
        Check(241, Report(0, 0x10000, 4096, FakeClient.Aside, VFIO_DEVICE_FEATURE_GET), $"bitmap {fixture.Client.Fetch(FakeClient.Aside, 8).Hex()}");
        Check(242, device.Feature(VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP, VFIO_DEVICE_FEATURE_GET, []));
    }

    private void CheckStart(int row, ulong pageSize, params (ulong Iova, ulong Length)[] ranges)
    {
        fixture.Client.Place(FakeClient.Aside, Pack.Of(ranges.SelectMany(static range => new object[] { range.Iova, range.Length })));
        (Result<int> answer, ulong after) = Start(pageSize, (uint)ranges.Length, FakeClient.Aside, VFIO_DEVICE_FEATURE_SET);
        Check(row, answer, $"page_size after={after}");
    }

    private (Result<int> Answer, ulong PageSize) Start(ulong pageSize, uint count, ulong ranges, VfioDeviceFeatureFlags flags)
    {
        byte[] control = Pack.Of(pageSize, count, 0u, ranges);
        Result<int> answer = device.Feature(VFIO_DEVICE_FEATURE_DMA_LOGGING_START, flags, control);
        return (answer, control.ULong(0));
    }

    private void CheckReport(int row, ulong iova, ulong length, ulong pageSize)
    {
        fixture.Client.Place(FakeClient.Aside, Pack.Filled(64, 0x5a));
        Result<int> answer = Report(iova, length, pageSize, FakeClient.Aside, VFIO_DEVICE_FEATURE_GET);
        Check(row, answer, $"bitmap first 8 bytes {fixture.Client.Fetch(FakeClient.Aside, 8).Hex()} (prefilled 5a)");
    }

    private Result<int> Report(ulong iova, ulong length, ulong pageSize, ulong bitmap, VfioDeviceFeatureFlags flags) =>
        device.Feature(VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT, flags, Pack.Of(iova, length, pageSize, bitmap));
}
