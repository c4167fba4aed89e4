using VfioMigration.Compatibility.Dialects;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Support;

/// <summary>A tree with nodes that dialects hang their files on.</summary>
internal sealed class Bench(params IReadOnlyList<Dialect> dialects)
{
    private static readonly AttributeGroup OfEveryType = new(
        SysfsAttribute<Kobject>.ReadOnly("device_api", static (_, page) => SysfsText.Line(page, "vfio-pci")));

    private readonly DriverCore core = new(TimeProvider.System);
    private int count;

    internal SysfsTree Tree => core.Tree;

    /// <summary>A type has the <c>device_api</c> that the kernel gives it.</summary>
    internal TreeNode Add(NodeKind kind, IMigrationCompatibility compatibility, string type = "acme-Card_4")
    {
        var device = new Device(core, $"card{count++}");
        device.Add();
        Kobject at = kind == NodeKind.Type ? core.CreateDirectory(device, type).Value : device;
        if (kind == NodeKind.Type)
        {
            at.AddGroup(OfEveryType);
        }

        var node = new CompatibilityNode(at, kind, device, type, compatibility);
        Assert.All(dialects, dialect => Assert.Equal(Errno.None, dialect.Attach(node)));
        return new TreeNode(Tree, at.DevPath[1..], node);
    }

    internal TreeNode AddCard(NodeKind kind, string type = "Card_4", int instances = 1, string version = "1.2", string id = "1af4-0001", string features = "aes") =>
        Add(kind, Cards.Of(Cards.Describe(type, instances, version, id, features)), $"acme-{type}");

    /// <summary>Files that the dialects put there.</summary>
    internal IReadOnlyList<string> FilesOf(TreeNode node) =>
        [.. node.List("").Except(["device_api", "uevent"]).Order(StringComparer.Ordinal)];

    internal void Detach(TreeNode node)
    {
        foreach (Dialect dialect in dialects)
        {
            dialect.Detach(node.Node.Node);
        }
    }
}
