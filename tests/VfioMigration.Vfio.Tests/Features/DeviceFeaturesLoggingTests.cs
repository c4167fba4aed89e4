using VfioMigration.Uapi;
using VfioMigration.Vfio.Dma;
using VfioMigration.Vfio.Tests.Support;
using VfioMigration.Vfio.Workloads;

using static VfioMigration.Vfio.Tests.Support.FeatureCalls;

namespace VfioMigration.Vfio.Tests.Features;

/// <summary>uapi-v2.md, DMA logging.</summary>
public sealed class DeviceFeaturesLoggingTests : IDisposable
{
    private const uint Stop = Set | 7;
    private readonly GuestMemory memory = new(16 * 4096);
    private readonly TestVfioDevice device = new(new ScriptedMigrationOps(), hasDirtyLog: true);
    private readonly TestVfioDevice lenient = new(new ScriptedMigrationOps(), hasDirtyLog: true, isLogLenient: true);
    private readonly VfioDeviceFile file;
    private readonly VfioDeviceFile lenientFile;

    public DeviceFeaturesLoggingTests()
    {
        file = device.Open(memory.Map).Value;
        lenientFile = lenient.Open(memory.Map).Value;
    }

    [Fact]
    public void StartWriteReport_GivesThePagesOnce()
    {
        Assert.Equal((Errno.None, 4096ul), device.StartLog(4096, (0, 16 * 4096)));
        Assert.Equal(Errno.None, device.Dma.Write((3 * 4096) + 100, [1]));
        Assert.Equal(Errno.None, device.Dma.Write((9 * 4096) - 1, [1, 2]));

        Assert.Equal((Errno.None, 0b11_0000_1000), Report(device));
        Assert.Equal((Errno.None, 0), Report(device));
    }

    [Fact]
    public void Report_IsORedIntoTheBitmap()
    {
        device.StartLog(4096, (0, 16 * 4096));
        device.Dma.Write(0, [1]);
        byte[] bitmap = [0xF0, 0, 0, 0, 0, 0, 0, 0x80];

        Assert.Equal(Errno.None, device.ReportLog(0, 16 * 4096, 4096, bitmap));
        Assert.Equal([0xF1, 0, 0, 0, 0, 0, 0, 0x80], bitmap);
    }

    [Fact]
    public void PageSize_ThatWasChosen_IsWrittenBack()
    {
        Assert.Equal((Errno.None, 4096ul), device.StartLog(1, (0, 4096)));
        device.Call(Stop);
        Assert.Equal((Errno.None, 65536ul), device.StartLog(65536, (0, 65536)));
    }

    [Fact]
    public void RefusedStart_HasItsErrnoAndLeavesThePageSize()
    {
        Assert.Equal((Errno.EINVAL, 4096ul), device.StartLog(4096));
        Assert.Equal((Errno.E2BIG, 1ul), device.StartLog(1, 257, []));
        Assert.Equal((Errno.E2BIG, 1ul), device.StartLog(1, uint.MaxValue, []));
        Assert.Equal((Errno.EFAULT, 4096ul), device.StartLog(4096, 2, [(0, 4096)]));
        Assert.Equal((Errno.EINVAL, 4096ul), device.StartLog(4096, (0, 100)));
        Assert.Equal((Errno.EOVERFLOW, 4096ul), device.StartLog(4096, (0xFFFFFFFFFFFFF000, 4096)));
        Assert.Null(device.Dma.Log);
    }

    [Fact]
    public void MaxRanges_AreAccepted() =>
        Assert.Equal(
            Errno.None,
            device.StartLog(4096, [.. Enumerable.Range(0, 256).Select(i => ((ulong)i * 8192, 4096ul))]).Error);

    [Fact]
    public void StrictDevice_WantsStartAndStopInPairs()
    {
        Assert.Equal(Errno.EINVAL, device.Call(Stop));
        Assert.Equal((Errno.EINVAL, 0), Report(device));
        Assert.Equal(Errno.None, device.StartLog(4096, (0, 4096)).Error);
        Assert.Equal(Errno.EINVAL, device.StartLog(4096, (0, 4096)).Error);
        Assert.Equal(Errno.None, device.Call(Stop));
        Assert.Equal(Errno.EINVAL, device.Call(Stop));
    }

    /// <summary>As measured with mtty.</summary>
    [Fact]
    public void LenientDevice_TakesEverything()
    {
        Assert.Equal(Errno.None, lenient.Call(Stop));
        Assert.Equal((Errno.None, 0), Report(lenient));
        Assert.Equal(Errno.None, lenient.StartLog(4096, (0, 4096)).Error);
        lenient.Dma.Write(0, [1]);
        Assert.Equal(Errno.None, lenient.StartLog(4096, (0, 4096)).Error);
        Assert.Equal((Errno.None, 0), Report(lenient));
        Assert.Equal(Errno.None, lenient.Call(Stop));
    }

    /// <summary>The core checks the ranges before the driver hears of them.</summary>
    [Fact]
    public void RefusedStart_OfALenientDevice_KeepsTheLog()
    {
        lenient.StartLog(4096, (0, 16 * 4096));
        lenient.Dma.Write(0, [1]);

        Assert.Equal(Errno.EINVAL, lenient.StartLog(4096, (0, 100)).Error);
        Assert.Equal(Errno.EFAULT, lenient.StartLog(4096, 1, []).Error);

        Assert.Equal((Errno.None, 1), Report(lenient));
    }

    [Theory]
    [InlineData(0ul, 65536ul, 2048ul, Errno.EINVAL)]
    [InlineData(0ul, 65536ul, 0ul, Errno.EINVAL)]
    [InlineData(0ul, 65536ul, 12288ul, Errno.EINVAL)]
    [InlineData(0xFFFFFFFFFFFFF000ul, 0x2000ul, 4096ul, Errno.EOVERFLOW)]
    public void Report_OfNonsense_IsCheckedBeforeTheLogIs(ulong iova, ulong length, ulong pageSize, Errno expected)
    {
        Assert.Equal(expected, lenient.ReportLog(iova, length, pageSize, new byte[8]));
        Assert.Equal(expected, device.ReportLog(iova, length, pageSize, new byte[8]));
    }

    [Fact]
    public void LastClose_StopsTheLog()
    {
        device.StartLog(4096, (0, 4096));
        file.Dispose();

        Assert.Null(device.Dma.Log);
    }

    [Fact]
    public void Reset_StopsTheLogUnlessItIsInterrupted()
    {
        device.StartLog(4096, (0, 4096));
        Assert.Equal(Errno.EINTR, device.Reset(new CancellationToken(canceled: true)));
        DmaWindow window = device.Dma;
        Assert.NotNull(window.Log);

        Assert.Equal(Errno.None, device.Reset());
        Assert.Null(window.Log);
    }

    public void Dispose()
    {
        file.Dispose();
        lenientFile.Dispose();
    }

    private static (Errno Error, int Bits) Report(VfioDevice device)
    {
        byte[] bitmap = new byte[8];
        Errno error = device.ReportLog(0, 16 * 4096, 4096, bitmap);
        return (error, BitConverter.ToInt32(bitmap));
    }
}
