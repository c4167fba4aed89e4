using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.ErrnoTable;

/// <summary>Executes the measured operations on a real mount; every one must end as on the real kernel, up to the allow-list.</summary>
public sealed class ErrnoTableTests
{
    private const string Heading = "## Errno table: allowed differences";

    public static TheoryData<int> Rows()
    {
        var data = new TheoryData<int>();
        foreach (ErrnoTableRow row in ErrnoTableRow.ReadAll())
        {
            data.Add(row.Id);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void MeasuredOperation_EndsAsOnTheKernel(int id)
    {
        ErrnoTableRow row = ErrnoTableRow.ReadAll().Single(row => row.Id == id);
        bool allowed = AllowList.Read(Heading).ContainsKey($"{id}");
        using var runner = new ErrnoTableRunner();
        string? difference = runner.Run(row).Difference(row);

        // An allowed difference that is none any more must leave the list.
        Assert.True(allowed == difference is not null, difference ?? $"{row} is in the allow-list and does not differ");
    }
}
