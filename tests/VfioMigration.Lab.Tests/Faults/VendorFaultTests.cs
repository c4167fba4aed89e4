using System.Reflection;

using VfioMigration.TestDrivers.Broken;
using VfioMigration.Uapi;

namespace VfioMigration.Lab.Tests.Faults;

/// <summary>
/// Every member that a driver gives, in every way in which it can fail: the hosts live, commands answer, guests run or have failed with a reason, and the devices can be
/// removed. The table is made from the interfaces; a member that the test driver does not have, or that nothing calls, fails its rows.
/// </summary>
public sealed class VendorFaultTests
{
    private const int Shards = 8;

    private static readonly string[] Failures = ["throws", "out-of-memory", "hangs"];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Shards)];

    /// <summary>Shows and stores have no interface: they are delegates of the attribute.</summary>
    private static IEnumerable<(string Member, Type Answer)> Members =>
        VendorInterfaces.Members
            .Select(static member => (VendorInterfaces.NameOf(member), AnswerOf(member)))
            .Concat([("SysfsAttribute.Show", typeof(int)), ("SysfsAttribute.Store", typeof(Errno))]);

    private static IEnumerable<(string Member, string Kind)> Rows =>
        from member in Members
        from kind in Failures.Concat(AbsurdValues.KindsOf(member.Answer))
        select (member.Member, kind);

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task FaultOfADriver_InAnyMember_HurtsNobodyElse(int shard)
    {
        string? only = Environment.GetEnvironmentVariable("VFIOMIG_FAULT");
        var failed = new List<string>();
        foreach ((string member, string kind) in Rows.Where((row, index) => index % Shards == shard && IsDue(index / Shards) && (only is null || $"{row.Member} {row.Kind}".Contains(only, StringComparison.Ordinal))))
        {
            try
            {
                await new FaultRun(member, kind).Run();
            }
            catch (Exception problem)
            {
                failed.Add($"{member} {kind}: {problem}");
            }
        }

        Assert.True(failed.Count == 0, string.Join("\n\n", failed));
    }

    /// <summary>Without <c>tests/run --all</c> every fifth row; which, is another from day to day.</summary>
    private static bool IsDue(int index) => TestScope.IsAll || index % 5 == DateTime.UtcNow.DayOfYear % 5;

    [Fact]
    public void Table_HasEveryKindOfFault()
    {
        (string Member, string Kind)[] rows = [.. Rows];

        Assert.All(
            ["throws", "out-of-memory", "hangs", "negative", "zero", "maximum", "null", "one-more", "one-fewer", "undefined", "errno-0", "errno-4096", "endless", "1-MiB", "foreign"],
            kind => Assert.Contains(rows, row => row.Kind == kind));
        Assert.True(rows.Length > 250, $"{rows.Length} rows");
    }

    /// <summary>The bytes of a memory are absurd by their number.</summary>
    private static Type AnswerOf(MethodInfo member) => member.ReturnType == typeof(ReadOnlySpan<byte>) ? typeof(int) : member.ReturnType;
}
