using VfioMigration.Compatibility.Dialects;
using VfioMigration.Compatibility.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Dialects;

/// <summary>P9.</summary>
public class InterfaceVersionDialectTests
{
    private readonly Bench bench = new(new InterfaceVersionDialect());

    [Theory]
    [InlineData("2.1.3", "2.0-2.1")]
    [InlineData("1.0", "1.0")]
    public void Files_OfADevice_AreItsVersionAndARange(string version, string range)
    {
        TreeNode node = bench.AddCard(NodeKind.MdevDevice, version: version);

        Assert.Equal((version, range), (node.Read("interface_version").Value, node.Read("interface_version_compatible").Value.Replace($"{version},", "", StringComparison.Ordinal)));
        Assert.Equal((FileModes.Octal(444), FileModes.Octal(444)), (node.ModeOf("interface_version"), node.ModeOf("interface_version_compatible")));
    }

    [Theory]
    [InlineData("2.0.1", "2.1.1", true)]
    [InlineData("2.1.1", "2.0.1", false)]
    [InlineData("2.0.0", "3.0.0", false)]
    [InlineData("2.0.1", "2.0.0", true)]
    public void Ask_OfTwoVersions_FollowsTheTruthTable(string source, string target, bool accepted) => Assert.Equal(
        accepted,
        new InterfaceVersionDialect().Ask(bench.AddCard(NodeKind.Type, version: source), bench.AddCard(NodeKind.Type, version: target))!.IsAccepted);

    [Fact]
    public void Files_OfADeviceWithoutAVersion_AreNone()
    {
        TreeNode node = bench.Add(NodeKind.Type, new RuleBasedCompatibility(Cards.Vendor, Cards.Form, [], () => Cards.With(("ports", "1"))));

        Assert.Equal(Errno.ENOENT, node.Read("interface_version").Error);
    }
}
