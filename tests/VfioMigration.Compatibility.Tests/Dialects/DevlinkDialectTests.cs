using VfioMigration.Compatibility.Dialects;
using VfioMigration.Compatibility.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Dialects;

/// <summary>P15, R46.</summary>
public class DevlinkDialectTests
{
    private readonly Bench bench = new(new DevlinkDialect());

    [Fact]
    public void Show_OfADevice_IsWhatDevlinkPrints()
    {
        TreeNode node = bench.AddCard(NodeKind.MdevDevice);
        System.Text.Json.JsonElement info = System.Text.Json.JsonDocument.Parse(node.Read("devlink_info").Value).RootElement.GetProperty("info");
        System.Text.Json.JsonElement device = Assert.Single(info.EnumerateObject()).Value;

        Assert.Equal("virtual/card0", Assert.Single(info.EnumerateObject()).Name);
        Assert.Equal("acme", device.GetProperty("driver").GetString());
        Assert.Equal("1af4-0001", device.GetProperty("versions").GetProperty("fixed").GetProperty("pci_id").GetString());
        Assert.Equal("1.2", device.GetProperty("versions").GetProperty("running").GetProperty("software_version").GetString());
        Assert.Equal(FileModes.Octal(444), node.ModeOf("devlink_info"));
    }

    [Fact]
    public void Show_OfAType_NamesItInTheHandle()
    {
        Assert.Contains("\"virtual/card0/acme-Card_2\"", bench.AddCard(NodeKind.Type, "Card_2").Read("devlink_info").Value, StringComparison.Ordinal);
        Assert.Equal(Errno.EACCES, bench.AddCard(NodeKind.Type).Write("devlink_info", "x"));
    }

    [Fact]
    public void Ask_OfADeviceWithAFieldNamedDriver_HasAnAnswer()
    {
        RuleBasedCompatibility card = new(Cards.Vendor, Cards.Form, [], () => Cards.With(("driver", "x")));
        TreeNode node = bench.Add(NodeKind.MdevDevice, card);

        Assert.True(new DevlinkDialect().Ask(node, node)!.IsAccepted);
    }
}
