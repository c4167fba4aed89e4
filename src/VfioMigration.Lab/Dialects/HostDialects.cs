using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Dialects;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Lab.Dialects;

/// <summary>
/// The drivers decide what a type or device is compatible with; which interfaces show it is decided only here.
/// </summary>
internal sealed class HostDialects
{
    /// <summary>What a host without the key has.</summary>
    internal static readonly IReadOnlyList<string> Default = [MigrationVersionDialect.AttributeName];

    private readonly IReadOnlyList<Dialect> chosen;

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
                VendorModule? vendor = VendorOf(parent.Driver);
                Attach(type, NodeKind.Type, parent.Device, type.Name, vendor, Asked(type, vendor, static call => Result<IMigrationCompatibility?>.Of(call.vendor.CompatibilityOf(call.node))));
            }
        };
        mdev.ParentUnregistering += parent =>
        {
            foreach (MdevType type in parent.Types)
            {
                Detach(type);
            }
        };
        mdev.DeviceBound += device =>
        {
            VendorModule? vendor = VendorOf(device.Driver);
            Attach(device, NodeKind.MdevDevice, device, ((MdevDevice)device).Type.Name, vendor, Asked((MdevDevice)device, vendor, static call => Result<IMigrationCompatibility?>.Of(call.vendor.CompatibilityOf(call.node))));
        };
        mdev.DeviceUnbinding += Detach;
        pci.DeviceBound += device =>
        {
            var function = (PciDevice)device;
            VendorModule? vendor = VendorOf(function);
            Attach(function, NodeKind.PhysicalDevice, function, VfioPciVendors.AliasOf(function.Ids), vendor, Asked(function, vendor, static call => Result<IMigrationCompatibility?>.Of(call.vendor.CompatibilityOf(call.node))));
        };
        pci.DeviceUnbinding += Detach;
    }

    /// <summary>Everything that got files.</summary>
    internal CompatibilityTable Table { get; } = new();

    /// <summary>One of each that there is.</summary>
    internal static IReadOnlyList<Dialect> CreateAll() => [.. DialectCatalogue.CreateAll(), new TypeAggregatorDialect()];

    /// <summary>A function bound to vfio-pci belongs to the driver that provides the operations.</summary>
    private static VendorModule? VendorOf(PciDevice device) =>
        (device.DriverData as VfioPciDevice)?.Vendor as VendorModule ?? VendorOf(device.Driver);

    private static VendorModule? VendorOf(DeviceDriver? driver) => driver?.Module.Code as VendorModule;

    private void Attach(Kobject kobject, NodeKind kind, Device reporter, string typeName, VendorModule? vendor, IMigrationCompatibility? compatibility)
    {
        if (compatibility is null)
        {
            return;
        }

        var node = new CompatibilityNode(kobject, kind, reporter, typeName, compatibility);
        Table.Add(node, vendor);
        foreach (Dialect dialect in chosen)
        {
            Errno error = dialect.Attach(node);
            if (error != Errno.None)
            {
                reporter.Log(LogLevels.Warning, $"compatibility: {dialect.Name} is not served on {kobject.Name}: {error.Text()} ({error.Name()})");
            }
        }
    }

    /// <summary>Null for a driver without compatibility for the node, or one that fails.</summary>
    private static IMigrationCompatibility? Asked<T>(T node, VendorModule? vendor, Func<(VendorModule vendor, T node), Result<IMigrationCompatibility?>> ask)
        where T : Kobject =>
        vendor is not null && node.DriverGuard!.Call(VendorCall.Describe, (vendor, node), ask).Result.TryGet(out IMigrationCompatibility? found) ? found : null;

    private void Detach(Kobject kobject)
    {
        Table.Remove(kobject);
        foreach (Dialect dialect in chosen)
        {
            dialect.Detach(kobject);
        }
    }
}
