using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.ErrnoTable;

/// <summary>Executes the measured operations on a real mount; every one must end as on the real kernel, up to the allow-list.</summary>
public sealed class ErrnoTableTests
{
    private const string Heading = "## Errno table: allowed differences";

    /// <summary>What root may do that the owner of a tree may not, and what others may not do.</summary>
    private static readonly HashSet<int> RowsOfRoot = [85, 92, 103, 109, 112, 116, 118, 241, 244, 247, 248, 250, 251, 256, 257, 259, 260, 266, 322];

    public static TheoryData<int> Rows() => Data(static row => !RowsOfRoot.Contains(row.Id));

    public static TheoryData<int> RootRows() => Data(static row => RowsOfRoot.Contains(row.Id));

    [Theory]
    [MemberData(nameof(Rows))]
    public void MeasuredOperation_EndsAsOnTheKernel(int id) => Replay(id);

    [RootTheory("measured by root, or by a user in root's tree")]
    [MemberData(nameof(RootRows))]
    public void MeasuredOperationOfRoot_EndsAsOnTheKernel(int id) => Replay(id);

    private static TheoryData<int> Data(Func<ErrnoTableRow, bool> isWanted) => [.. ErrnoTableRow.ReadAll().Where(isWanted).Select(static row => row.Id)];

    private static void Replay(int id)
    {
        ErrnoTableRow row = ErrnoTableRow.ReadAll().Single(row => row.Id == id);
        bool allowed = AllowList.Read(Heading).ContainsKey($"{id}");
        using var runner = new ErrnoTableRunner();
        string? difference = runner.Run(row).Difference(row);

        // An allowed difference that is none any more must leave the list.
        Assert.True(allowed == difference is not null, difference ?? $"{row} is in the allow-list and does not differ");
    }
}
