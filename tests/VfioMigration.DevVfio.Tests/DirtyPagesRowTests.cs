using VfioMigration.DevVfio.Tests.Support;
using VfioMigration.Uapi;

using static VfioMigration.DevVfio.Tests.Support.MeasuredTable;

namespace VfioMigration.DevVfio.Tests;

/// <summary>Rows 479 to 502: what was written, asked of a container in which nothing is.</summary>
public sealed class DirtyPagesRowTests : IDisposable
{
    private readonly DevVfioFixture fixture = new();
    private readonly AddressSpace space;

    public DirtyPagesRowTests()
    {
        int container = new OpenDevice(fixture, "mdpy-vga").Container;
        _ = new OpenDevice(fixture, "mtty-1", 0xa1, container);
        space = new AddressSpace(fixture, container);
        Assert.Equal(0, space.Map(0, 0x1000).Value);
        Assert.Equal(0, space.Map(0x10000, 0x10000).Value);
    }

    public void Dispose() => fixture.Dispose();

    [Fact, Rows(479, 481, 482, 484, 485)]
    public void Tracking_IsStartedByOneFlag()
    {
        CheckBitmap(479, space.GetBitmap(0x10000, 0x10000, 8));
        CheckBitmap(481, space.Dirty(AddressSpace.Start));
        CheckBitmap(482, space.Dirty(AddressSpace.Start));
        CheckBitmap(484, space.Dirty(AddressSpace.Start | AddressSpace.Stop));
        CheckBitmap(485, space.Dirty(8));
    }

    [Fact, Rows(487, 488, 490, 491, 493, 494, 496, 497, 499, 500, 502)]
    public void Bitmap_IsCheckedBeforeTheRange()
    {
        Assert.Equal(0, space.Dirty(AddressSpace.Start).Value);

        CheckBitmap(487, space.GetBitmap(0x10000, 0x10000, 8));
        CheckBitmap(488, space.GetBitmap(0x10000, 0x10000, 2));
        CheckBitmap(490, space.GetBitmap(0x10000, 0x10000, 0));
        CheckBitmap(491, space.GetBitmap(0x10000, 0x10000, 8, bitmap: 0));
        CheckBitmap(493, space.GetBitmap(0x10000, 0x10000, 8, pageSize: 0));
        CheckBitmap(494, space.GetBitmap(0x10000, 0x1000, 8));
        CheckBitmap(496, space.GetBitmap(0x1000000, 0x10000, 8));
        CheckBitmap(497, space.GetBitmap(0x10000, 0, 8));
        CheckBitmap(499, space.GetBitmap(0xfffffffffffff000, 0x10000, 8));
        CheckBitmap(500, space.GetBitmap(0x10000, 0x10000, 8, argsz: 47));
        CheckBitmap(502, space.GetBitmap(0x10000, 0x10000, 1UL << 60));
    }

    private void CheckBitmap(int row, Result<int> answer) =>
        Check(row, answer, $"bitmap first 8 bytes={fixture.Client.Fetch(FakeClient.Aside, 8).Hex()}");
}
