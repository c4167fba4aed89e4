using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;

namespace VfioMigration.Vfio;

/// <summary>Vendor operations by module alias <c>vfio-pci:vvvv-dddd</c>; several may have the same, and are tried in order.</summary>
public sealed class VfioPciVendors
{
    private readonly Lock gate = new();
    private readonly List<(string Alias, IVfioPciVendor Vendor)> vendors = [];

    public static string AliasOf(PciIds ids) => $"vfio-pci:{ids.DashedId}";

    public void Register(string alias, IVfioPciVendor vendor)
    {
        lock (gate)
        {
            vendors.Add((alias, vendor));
        }
    }

    /// <summary>Functions that were probed already keep the vendor's device.</summary>
    public void Unregister(IVfioPciVendor vendor)
    {
        lock (gate)
        {
            vendors.RemoveAll(registered => registered.Vendor == vendor);
        }
    }

    /// <summary>The device that the first vendor makes for a matching function, else a device that only passes through its configuration space.</summary>
    /// <param name="function">The hardware.</param>
    /// <param name="node">Where user space finds it.</param>
    /// <returns>The errno of a vendor that fails (<see cref="VendorGuard"/>).</returns>
    public Result<VfioPciDevice> Create(PciDevice function, Device node)
    {
        string alias = AliasOf(function.Ids);
        IVfioPciVendor[] matching;
        lock (gate)
        {
            matching = [.. vendors.Where(registered => registered.Alias == alias).Select(registered => registered.Vendor)];
        }

        foreach (IVfioPciVendor vendor in matching)
        {
            Result<VfioPciDevice?> probed = node.Guard.Call(
                VendorCall.Probe, (vendor, function, node), static call => Result<VfioPciDevice?>.Of(call.vendor.Probe(call.function, call.node))).Result;
            if (!probed.TryGet(out VfioPciDevice? device, out Errno error))
            {
                return error;
            }

            if (device is not null)
            {
                device.Vendor = vendor;
                device.IsFunction = true;
                return device;
            }
        }

        return new VfioPciDevice(node, function.Config) { IsFunction = true };
    }
}
