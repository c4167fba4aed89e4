using VfioMigration.Vfio.DirtyTracking;

namespace VfioMigration.Vfio.Tests.DirtyTracking;

/// <summary>Remembers the pages of a harvest and checks what a sink is promised about the pieces.</summary>
internal struct PageCollector : IDirtySink
{
    private List<ulong>? pages;
    private ulong end;

    internal readonly IReadOnlyList<ulong> Pages => pages ?? [];

    public void Take(ulong firstPage, scoped ReadOnlySpan<ulong> words)
    {
        Assert.Equal(0UL, firstPage % 64);
        Assert.True(firstPage >= end, "pieces overlap or are out of order");
        pages ??= [];
        for (int bit = 0; bit < words.Length * 64; bit++)
        {
            if ((words[bit / 64] & (1UL << (bit % 64))) != 0)
            {
                pages.Add(firstPage + (ulong)bit);
            }
        }

        end = firstPage + ((ulong)words.Length * 64);
    }

    internal static IReadOnlyList<ulong> Harvest(DirtyBitmap bitmap, ulong first, ulong count)
    {
        var collector = default(PageCollector);
        bitmap.Harvest(first, count, ref collector);
        return collector.Pages;
    }

    internal static IReadOnlyList<ulong> Harvest(DirtyBitmap bitmap) => Harvest(bitmap, 0, bitmap.Pages);

    internal static IReadOnlyList<ulong> Read(DirtyBitmap bitmap, ulong first, ulong count)
    {
        var collector = default(PageCollector);
        bitmap.Read(first, count, ref collector);
        return collector.Pages;
    }
}
