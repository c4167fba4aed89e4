using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Vfio.DirtyTracking;

namespace VfioMigration.Vfio.Tests.DirtyTracking;

/// <summary>Reports of any page size and alignment against what the words of the uAPI say, address by address.</summary>
public class DirtyRangeReportTests
{
    /// <summary>Every number below is a multiple of it, so the model looks at one address in each.</summary>
    private const ulong Step = 512;

    [Fact]
    public void Report_OfAnything_AgreesWithTheModel() =>
        Prop.ForAll(Cases.ToArbitrary(), test =>
        {
            var range = new DirtyRange(test.Iova, test.Length, test.Granule);
            var model = new Model(test);
            foreach ((ulong address, ulong length) in test.Writes)
            {
                range.Mark(address, length);
                model.Mark(address, length);
            }

            return test.Reports.All(report => model.Report(report).SequenceEqual(Report(range, report)))
                && range.Count() == (ulong)model.Dirty.Count;
        }).QuickCheckThrowOnFailure();

    private static Gen<Case> Cases =>
        from granule in Gen.Choose(0, 3)
        from iova in Gen.Choose(0, 200)
        from length in Gen.Choose(1, 400)
        from writes in Gen.Choose(0, 600).Zip(Gen.Choose(1, 40)).ArrayOf()
        from reports in Reports.NonEmptyListOf()
        select new Case(
            (ulong)iova * Step,
            (ulong)length * Step,
            4096UL << granule,
            [.. writes.Select(write => ((ulong)write.Item1 * Step, (ulong)write.Item2 * Step))],
            [.. reports]);

    private static Gen<Request> Reports =>
        from pageSize in Gen.Choose(0, 4)
        from start in Gen.OneOf(Gen.Choose(0, 500), Gen.Choose(0, 60).Select(page => page * 8))
        from length in Gen.Choose(1, 600)
        from clear in Gen.Elements(false, true)
        select new Request((ulong)start * Step, (ulong)length * Step, 4096UL << pageSize, clear);

    private static byte[] Report(DirtyRange range, Request report)
    {
        byte[] bitmap = new byte[DirtyLog.BitmapBytes(report.Length, report.PageSize)];
        range.Report(report.Start, report.Start + report.Length - 1, report.PageSize, bitmap, report.Clear);
        return bitmap;
    }

    private sealed record Case(ulong Iova, ulong Length, ulong Granule, (ulong Address, ulong Length)[] Writes, Request[] Reports);

    private sealed record Request(ulong Start, ulong Length, ulong PageSize, bool Clear);

    /// <summary>Numbers of dirty granules.</summary>
    private sealed class Model(Case test)
    {
        internal HashSet<ulong> Dirty { get; } = [];

        internal void Mark(ulong address, ulong length)
        {
            for (ulong at = address; at < address + length; at += Step)
            {
                if (IsInRange(at))
                {
                    Dirty.Add(at / test.Granule);
                }
            }
        }

        internal byte[] Report(Request report)
        {
            byte[] bitmap = new byte[DirtyLog.BitmapBytes(report.Length, report.PageSize)];
            for (ulong at = report.Start; at < report.Start + report.Length; at += Step)
            {
                if (IsInRange(at) && Dirty.Contains(at / test.Granule))
                {
                    ulong bit = (at - report.Start) / report.PageSize;
                    bitmap[bit / 8] |= (byte)(1 << (int)(bit % 8));
                }
            }

            if (report.Clear)
            {
                Dirty.RemoveWhere(granule => Addresses(granule).All(at => at >= report.Start && at < report.Start + report.Length));
            }

            return bitmap;
        }

        private IEnumerable<ulong> Addresses(ulong granule) =>
            Enumerable.Range(0, (int)(test.Granule / Step)).Select(i => (granule * test.Granule) + ((ulong)i * Step)).Where(IsInRange);

        private bool IsInRange(ulong at) => at >= test.Iova && at < test.Iova + test.Length;
    }
}
