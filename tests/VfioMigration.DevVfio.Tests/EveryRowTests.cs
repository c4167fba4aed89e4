using System.Reflection;

using VfioMigration.DevVfio.Tests.Support;

namespace VfioMigration.DevVfio.Tests;

public class EveryRowTests
{
    private static IEnumerable<int> Tested => typeof(EveryRowTests).Assembly.GetTypes()
        .SelectMany(static type => type.GetMethods())
        .SelectMany(static method => method.GetCustomAttributes().OfType<IRowList>())
        .SelectMany(static list => list.Ids);

    private static IEnumerable<int> Untested => UntestedRows.NotInMemory.Keys.Concat(UntestedRows.Different.Keys);

    [Fact]
    public void Row_OfTheTable_HasATestOrAReason() =>
        Assert.Empty(MeasuredTable.Rows.Keys.Except(Tested).Except(Untested).Select(static id => $"{id} {MeasuredTable.Rows[id].Operation}"));

    [Fact]
    public void Row_WithAReason_HasNoTest() => Assert.Empty(Untested.Intersect(Tested));

    [Fact]
    public void Row_OfATest_IsInTheTable() => Assert.Empty(Tested.Concat(Untested).Except(MeasuredTable.Rows.Keys));
}
