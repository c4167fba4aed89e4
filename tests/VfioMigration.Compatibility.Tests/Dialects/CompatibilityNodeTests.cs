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
        Assert.Equal(Errno.EIO, node.Describe().Error);
        Assert.Empty(node.Alternatives());
        Assert.Equal(("driver-bug", Errno.EIO), (node.Judge("file", "x"u8).Rule, node.Judge("file", "x"u8).Errno));
        Assert.Equal(
            ["describe", "describe", "describe", "judge", "describe", "judge", "describe"],
            bench.Tree.LogTexts().Where(line => line.Contains(": driver bug: ", StringComparison.Ordinal)).Select(line => line.Split(": driver bug: ")[0].Split(' ')[^1]));
    }

    [Theory]
    [InlineData(Errno.ENODEV, Errno.ENODEV)]
    [InlineData((Errno)(-19), Errno.EIO)]
    public void Describe_OfAnErrno_IsThatErrnoOrEIO(Errno errno, Errno expected)
    {
        var card = new RuleBasedCompatibility(Cards.Vendor, Cards.Form, [], () => errno);

        Assert.Equal(expected, bench.Add(NodeKind.Type, card).Node.Describe().Error);
    }

    [Fact]
    public void Describe_OfAnOpaqueDriver_IsEOPNOTSUPP() =>
        Assert.Equal(Errno.EOPNOTSUPP, bench.Add(NodeKind.Type, new FakeCompatibility()).Node.Describe().Error);

    [Fact]
    public void Refusal_WhoseVerdictCarriesTheVersion_IsReportedWithoutAskingAgain() =>
        AssertReported(Verdict.Incompatible(Errno.EUNATCH, "some-rule", "fake: no") with { LocalVersion = "fake-7" }, asked: 0, "local \"fake-7\"");

    [Fact]
    public void Refusal_WhoseVerdictSaysThatThereIsNoVersion_IsReportedWithoutAskingAgain() =>
        AssertReported(Verdict.Incompatible(Errno.ETIMEDOUT, "no-answer", "fake: no") with { LocalVersion = Errno.ETIMEDOUT }, asked: 0, "local ETIMEDOUT");

    [Fact]
    public void Refusal_WhoseVerdictCarriesNoVersion_IsReportedWithTheDriversString() =>
        AssertReported(Verdict.Incompatible(Errno.EUNATCH, "some-rule", "fake: no"), asked: 1, "local \"fake-1\"");

    [Theory]
    [InlineData("")]
    [InlineData("\n[    0.000000] forged line")]
    [InlineData(null)]
    public void Refusal_WhoseVerdictCarriesNoVersionString_IsADriverBug(string? version) =>
        AssertReported(Verdict.Incompatible(Errno.EUNATCH, "some-rule", "fake: no") with { LocalVersion = version! }, asked: 0, "local EIO");

    /// <summary>A refused write of the drivers that are made of rules asks for the description once, whatever refuses it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Refusal_OfRules_AsksTheDriverOnce(bool isVersionString)
    {
        int asked = 0;
        DeviceDescription card = Cards.Describe();
        string remote = isVersionString ? Cards.Form.Write(Cards.Describe(id: "1af4-0009")) : "no version string";
        var rules = new RuleBasedCompatibility(Cards.Vendor, Cards.Form, Cards.Rules, () =>
        {
            asked++;
            return card;
        });
        CompatibilityNode node = bench.Add(NodeKind.Type, rules).Node;
        byte[] written = System.Text.Encoding.ASCII.GetBytes(remote);

        for (int writes = 1; writes <= 3; writes++)
        {
            Assert.False(node.Judge("file", written).IsAccepted);
            Assert.Equal(writes, asked);
        }

        Assert.Contains($"local \"{rules.Spell(card)}\"", bench.Tree.LogTexts()[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Refusal_OfRulesWithoutADescription_AsksTheDriverOnce()
    {
        int asked = 0;
        var rules = new RuleBasedCompatibility(Cards.Vendor, Cards.Form, [], () =>
        {
            asked++;
            return Errno.ENODEV;
        });

        Assert.Equal(Errno.ENODEV, bench.Add(NodeKind.Type, rules).Node.Judge("file", "x"u8).Errno);

        Assert.Equal(1, asked);
        Assert.Contains("local ENODEV", bench.Tree.LogTexts()[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_WhenNotShown_AreNotKept()
    {
        CompatibilityNode node = bench.AddCard(NodeKind.Type).Node;
        node.Judge("file", "x"u8);
        Assert.Empty(node.Errors);
        node.RecordsErrors = true;
        node.Judge("file", "y"u8);

        Assert.Equal("y: acme: not a string of the form acme-NAME=VALUE,...", Assert.Single(node.Errors));
    }

    private void AssertReported(Verdict verdict, int asked, string local)
    {
        int questions = 0;
        var driver = new FakeCompatibility { OnJudge = _ => verdict };
        CompatibilityNode node = bench.Add(NodeKind.Type, driver).Node;
        driver.OnGetVersion = () =>
        {
            questions++;
            return "fake-1";
        };

        node.Judge("file", "x"u8);

        Assert.Equal(asked, questions);
        string line = bench.Tree.LogTexts()[^1];
        Assert.Contains($"refused with {verdict.Errno.Name()}: fake: no", line, StringComparison.Ordinal);
        Assert.Contains(local, line, StringComparison.Ordinal);
    }

    private sealed class Throwing : IMigrationCompatibility
    {
        public Result<string> GetVersion() => throw new InvalidOperationException("bug");

        public Verdict Judge(ReadOnlySpan<byte> remote) => throw new InvalidOperationException("bug");

        public Result<DeviceDescription> Describe() => throw new InvalidOperationException("bug");

        public IReadOnlyList<DeviceDescription> GetAlternatives() => throw new InvalidOperationException("bug");
    }
}
