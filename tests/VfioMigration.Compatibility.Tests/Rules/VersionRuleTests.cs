using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Rules;
using VfioMigration.Compatibility.Tests.Support;

namespace VfioMigration.Compatibility.Tests.Rules;

/// <summary>R37, P3.</summary>
public class VersionRuleTests
{
    private readonly VersionRule rule = new();

    [Theory]
    [InlineData("2.0.1", "2.1.1", null)]
    [InlineData("2.1.1", "2.0.1", "version 2.0.1 cannot load the state of version 2.1.1")]
    [InlineData("2.0.0", "3.0.0", "version 3.0.0 cannot load the state of version 2.0.0")]
    [InlineData("2.0.1", "2.0.0", null)]
    [InlineData("two", "2.0", "software version 'two' is not MAJOR.MINOR[.BUGFIX]")]
    [InlineData("2.0", "two", "this device's software version 'two' is not MAJOR.MINOR[.BUGFIX]")]
    public void FindObjection_ByTheTruthTable_SaysWhy(string source, string target, string? objection) =>
        Assert.Equal(objection, rule.FindObjection(Version(source), Version(target)));

    [Fact]
    public void FindObjection_WithoutAVersion_Objects()
    {
        Assert.Equal("software version '' is not MAJOR.MINOR[.BUGFIX]", rule.FindObjection(Cards.With(), Version("1.0")));
        Assert.NotNull(rule.FindObjection(Version("1.0"), Cards.With()));
    }

    [Fact]
    public void Alternatives_OfAVersion_AreItselfThenOlderMinorsDownwards() =>
        Assert.Equal(["2.3.4", "2.2", "2.1", "2.0"], Versions("2.3.4"));

    [Fact]
    public void Alternatives_OfAHighMinor_AreSixteenOlder()
    {
        string[] versions = Versions("1.100");

        Assert.Equal(17, versions.Length);
        Assert.Equal("1.84", versions[^1]);
    }

    [Fact]
    public void Alternatives_OfAVersionThatCannotBeRead_AreItself() => Assert.Equal(["x"], Versions("x"));

    [Fact]
    public void Rule_OfAnotherField_LooksThere()
    {
        var firmware = new VersionRule("firmware", "fw");

        Assert.Null(firmware.FindObjection(Cards.With(("fw", "1.0")), Cards.With(("fw", "1.1"))));
        Assert.Equal(("firmware", "fw"), (firmware.Name, Assert.Single(firmware.Fields)));
    }

    private string[] Versions(string own) => [.. rule.Alternatives(Version(own)).Select(choice => choice[FieldNames.SoftwareVersion])];

    private static DeviceDescription Version(string version) => Cards.With((FieldNames.SoftwareVersion, version));
}
