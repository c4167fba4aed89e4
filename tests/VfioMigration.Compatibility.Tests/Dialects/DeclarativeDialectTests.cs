using VfioMigration.Compatibility.Dialects;
using VfioMigration.Compatibility.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Dialects;

/// <summary>R37 to R44.</summary>
public class DeclarativeDialectTests
{
    private readonly Bench bench = new(new DeclarativeDialect());

    [Fact]
    public void Files_OfADevice_AreItsFields()
    {
        TreeNode node = bench.AddCard(NodeKind.MdevDevice, "Card_2", 3, "1.2", "1af4-0002", "aes,sha");

        string[] names = [.. Cards.Describe().Fields.Select(field => field.Name).Where(name => name != "mdev_type")];
        Assert.Equal("vfio-pci 1af4-0002 1.2 3 aes,sha 7", string.Join(' ', names.Select(name => node.Read(name).Value)));
        Assert.All(names, name => Assert.Equal(FileModes.Octal(444), node.ModeOf(name)));
    }

    /// <summary>A type's name is that of its directory; of a device the name is left to the kernel's link.</summary>
    [Fact]
    public void MdevType_IsTheDirectoryOfATypeAndNoFileOfADevice()
    {
        Assert.Equal("acme-Card_2", bench.AddCard(NodeKind.Type, "Card_2").Read("mdev_type").Value);
        Assert.Equal(Errno.ENOENT, bench.AddCard(NodeKind.MdevDevice, "Card_2").Read("mdev_type").Error);
    }

    [Fact]
    public void Files_ThatTheKernelHasAlready_StayTheKernels()
    {
        TreeNode type = bench.Add(NodeKind.Type, Cards.Of(Cards.Describe().With(new Dictionary<string, string> { ["device_api"] = "other" })));

        Assert.Equal("vfio-pci", type.Read("device_api").Value);
        bench.Detach(type);
        Assert.Equal("vfio-pci", type.Read("device_api").Value);
    }

    [Fact]
    public void Show_AfterAChange_IsTheNewValue()
    {
        Compatibility.Descriptions.DeviceDescription now = Cards.Describe();
        TreeNode node = bench.Add(NodeKind.MdevDevice, new RuleBasedCompatibility(Cards.Vendor, Cards.Form, Cards.Rules, () => now));
        now = Cards.Describe(instances: 2);

        Assert.Equal("2", node.Read("aggregator").Value);
        Assert.Equal(Errno.ENOENT, node.Read("nothing").Error);
    }

    /// <summary>A physical function against another of the same kind.</summary>
    [Theory]
    [InlineData("1.1", "1.2", true)]
    [InlineData("1.2", "1.1", false)]
    public void Ask_OfTwoFunctions_ComparesTheirFields(string source, string target, bool accepted) => Assert.Equal(
        accepted,
        new DeclarativeDialect().Ask(
            bench.AddCard(NodeKind.PhysicalDevice, version: source), bench.AddCard(NodeKind.PhysicalDevice, version: target))!.IsAccepted);
}
