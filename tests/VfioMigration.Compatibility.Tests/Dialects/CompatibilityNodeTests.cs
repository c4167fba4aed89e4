using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Dialects;
using VfioMigration.Compatibility.Tests.Support;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Dialects;

public class CompatibilityNodeTests
{
    private readonly Bench bench = new();

    [Fact]
    public void EveryQuestion_ToADriverThatThrows_IsEIOWithALine()
    {
        CompatibilityNode node = bench.Add(NodeKind.MdevDevice, new Throwing()).Node;

        Assert.Equal(Errno.EIO, node.GetVersion("file").Error);
        Assert.Equal(Errno.EIO, node.Describe("file").Error);
        Assert.Empty(node.Alternatives("file"));
        Assert.Equal(("driver-bug", Errno.EIO), (node.Judge("file", "x"u8).Rule, node.Judge("file", "x"u8).Errno));
        Assert.Equal(
            ["the version string", "the description", "the list of alternatives", "judging", "judging"],
            bench.Tree.LogTexts().Select(line => line.Split("driver bug: ")[1].Split(" threw")[0]));
    }

    [Theory]
    [InlineData(Errno.ENODEV, Errno.ENODEV)]
    [InlineData((Errno)(-19), Errno.EIO)]
    public void Describe_OfAnErrno_IsThatErrnoOrEIO(Errno errno, Errno expected)
    {
        var card = new RuleBasedCompatibility(Cards.Vendor, Cards.Form, [], () => errno);

        Assert.Equal(expected, bench.Add(NodeKind.Type, card).Node.Describe("file").Error);
    }

    [Fact]
    public void Describe_OfAnOpaqueDriver_IsEOPNOTSUPP() =>
        Assert.Equal(Errno.EOPNOTSUPP, bench.Add(NodeKind.Type, new FakeCompatibility()).Node.Describe("file").Error);

    /// <summary>The line of a refusal has the own string, but a driver that just fell silent is not made to do so again.</summary>
    [Theory]
    [InlineData("some-rule", 1)]
    [InlineData(Verdict.NoAnswer, 0)]
    public void Refusal_WithoutAnAnswer_AsksNothingMore(string rule, int expected)
    {
        int asked = 0;
        var silent = new FakeCompatibility { OnJudge = _ => Verdict.Incompatible(Errno.ETIMEDOUT, rule, "fake: nothing") };
        CompatibilityNode node = bench.Add(NodeKind.Type, silent).Node;
        silent.OnGetVersion = () =>
        {
            asked++;
            return "fake-1";
        };

        node.Judge("file", "x"u8);

        Assert.Equal(expected, asked);
        Assert.Contains("refused with ETIMEDOUT", bench.Tree.LogTexts()[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_WhenNobodyShowsThem_AreNotKept()
    {
        CompatibilityNode node = bench.AddCard(NodeKind.Type).Node;
        node.Judge("file", "x"u8);
        Assert.Empty(node.Errors);
        node.RecordsErrors = true;
        node.Judge("file", "y"u8);

        Assert.Equal("y: acme: not a string of the form acme-NAME=VALUE,...", Assert.Single(node.Errors));
    }

    private sealed class Throwing : IMigrationCompatibility
    {
        public Result<string> GetVersion() => throw new InvalidOperationException("bug");

        public Verdict Judge(ReadOnlySpan<byte> remote) => throw new InvalidOperationException("bug");

        public Result<DeviceDescription> Describe() => throw new InvalidOperationException("bug");

        public IReadOnlyList<DeviceDescription> GetAlternatives() => throw new InvalidOperationException("bug");
    }
}
