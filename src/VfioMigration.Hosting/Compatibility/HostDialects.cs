using System.Collections.Concurrent;

using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Dialects;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Pci;

namespace VfioMigration.Hosting.Compatibility;

/// <summary>
/// The drivers say what a type or device is compatible with; which interfaces show it is decided here and nowhere else.
/// </summary>
internal sealed class HostDialects
{
    /// <summary>What a host without the key has.</summary>
    internal static readonly IReadOnlyList<string> Default = [MigrationVersionDialect.AttributeName];

    private readonly IReadOnlyList<Dialect> chosen;
    private readonly ConcurrentDictionary<Kobject, CompatibilityNode> nodes = new();

    /// <param name="mdev">Whose types and devices get the files.</param>
    /// <param name="pci">Whose functions get the files.</param>
    /// <param name="names">Of the configuration; checked there.</param>
    internal HostDialects(MdevBus mdev, PciBus pci, IReadOnlyList<string> names)
    {
        chosen = [.. CreateAll().Where(dialect => names.Contains(dialect.Name))];
        mdev.ParentRegistered += parent =>
        {
            foreach (MdevType type in parent.Types)
            {
                Attach(type, NodeKind.Type, parent.Device, type.Name, VendorOf(parent.Driver)?.CompatibilityOf(type));
            }
        };
        mdev.ParentUnregistering += parent =>
        {
            foreach (MdevType type in parent.Types)
            {
                Detach(type);
            }
        };
        mdev.DeviceBound += device => Attach(
            device, NodeKind.MdevDevice, device, ((MdevDevice)device).Type.Name, VendorOf(device.Driver)?.CompatibilityOf((MdevDevice)device));
        mdev.DeviceUnbinding += Detach;
        pci.DeviceBound += device => Attach(
            device,
            NodeKind.PhysicalDevice,
            device,
            VfioPciVendors.AliasOf(((PciDevice)device).Ids),
            VendorOf((PciDevice)device)?.CompatibilityOf((PciDevice)device));
        pci.DeviceUnbinding += Detach;
    }

    /// <summary>
    /// Everything that answers for its compatibility, a line each: path, type or -, instances that fit or -, digest of the rules or -, version string. Whoever plans over
    /// many hosts reads one file of each instead of a directory of files.
    /// </summary>
    internal string List() => string.Concat(nodes.Values
        .Select(static node => (Node: node, Version: node.GetVersion("compatibility")))
        .Where(static listed => listed.Version.IsOk)
        .Select(static listed => Line(listed.Node, listed.Version.Value))
        .Order(StringComparer.Ordinal));

    private static string Line(CompatibilityNode node, string version)
    {
        string available = node.Node is MdevType type ? $"{type.AvailableInstances}" : "-";
        string mdevType = node.Kind == NodeKind.PhysicalDevice ? "-" : node.TypeName;
        return $"{node.Node.DevPath[1..]}\t{mdevType}\t{available}\t{node.PolicyDigest("compatibility") ?? "-"}\t{version}\n";
    }

    /// <summary>One of each that there is.</summary>
    internal static IReadOnlyList<Dialect> CreateAll() => [.. DialectCatalogue.CreateAll(), new TypeAggregatorDialect()];

    /// <summary>A function bound to vfio-pci belongs to whoever gave the operations.</summary>
    private static VendorModule? VendorOf(PciDevice device) =>
        (device.DriverData as VfioPciDevice)?.Vendor as VendorModule ?? VendorOf(device.Driver);

    private static VendorModule? VendorOf(DeviceDriver? driver) => driver?.Module.Code as VendorModule;

    private void Attach(Kobject kobject, NodeKind kind, Device reporter, string typeName, IMigrationCompatibility? compatibility)
    {
        if (compatibility is null)
        {
            return;
        }

        var node = new CompatibilityNode(kobject, kind, reporter, typeName, compatibility);
        nodes[kobject] = node;
        foreach (Dialect dialect in chosen)
        {
            dialect.Attach(node);
        }
    }

    private void Detach(Kobject kobject)
    {
        nodes.TryRemove(kobject, out _);
        foreach (Dialect dialect in chosen)
        {
            dialect.Detach(kobject);
        }
    }
}
