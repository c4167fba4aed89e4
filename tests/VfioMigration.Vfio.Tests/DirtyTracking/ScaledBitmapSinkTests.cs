using VfioMigration.Vfio.DirtyTracking;

namespace VfioMigration.Vfio.Tests.DirtyTracking;

public class ScaledBitmapSinkTests
{
    private const ulong K = 1024;

    [Fact]
    public void Take_OfCoarsePages_SplitsThem()
    {
        byte[] bitmap = new byte[8];
        new ScaledBitmapSink(bitmap, origin: 0, granule: 16 * K, start: 0, from: 0, last: (256 * K) - 1, pageSize: 4 * K).Take(0, [0b101]);

        Assert.Equal([0x0F, 0x0F, 0, 0, 0, 0, 0, 0], bitmap);
    }

    [Fact]
    public void Take_OfFinePages_MergesThem()
    {
        byte[] bitmap = new byte[8];
        new ScaledBitmapSink(bitmap, origin: 0, granule: 4 * K, start: 0, from: 0, last: (256 * K) - 1, pageSize: 16 * K).Take(0, [0x1011]);

        Assert.Equal([0b1011, 0, 0, 0, 0, 0, 0, 0], bitmap);
    }

    [Fact]
    public void Take_WithAShiftedStart_SetsBothBitsOfAPage()
    {
        byte[] bitmap = new byte[8];
        new ScaledBitmapSink(bitmap, origin: 0, granule: 4 * K, start: 2 * K, from: 2 * K, last: (34 * K) - 1, pageSize: 4 * K).Take(0, [0b1001]);

        Assert.Equal([0b1101, 0, 0, 0, 0, 0, 0, 0], bitmap);
    }

    [Fact]
    public void Take_OfAPageThatTheLimitsCut_KeepsToThem()
    {
        byte[] bitmap = new byte[8];
        new ScaledBitmapSink(bitmap, origin: 0, granule: 32 * K, start: 0, from: 8 * K, last: (44 * K) - 1, pageSize: 4 * K).Take(0, [0b111]);

        Assert.Equal([0xFC, 0b111, 0, 0, 0, 0, 0, 0], bitmap);
    }

    [Fact]
    public void Take_AtTheEndOfTheAddressSpace_DoesNotWrap()
    {
        byte[] bitmap = new byte[8];
        const ulong Origin = 0xFFFF_FFFF_FFFF_0000;
        new ScaledBitmapSink(bitmap, Origin, granule: 8 * K, start: Origin, from: Origin, last: ulong.MaxValue, pageSize: 4 * K).Take(0, [0x80]);

        Assert.Equal([0, 0xC0, 0, 0, 0, 0, 0, 0], bitmap);
    }
}
