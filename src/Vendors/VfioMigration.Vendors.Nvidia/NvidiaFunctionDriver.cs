using System.Collections.Concurrent;

using VfioMigration.Buses.Pci;
using VfioMigration.Sdk;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Nvidia;

/// <summary>
/// Drives the card and its virtual functions, which are those of the same bus. Only the latter have <c>nvidia/</c>; the physical function is
/// function 0 of slot 0.
/// </summary>
internal sealed class NvidiaFunctionDriver(VendorContext context, KernelModule module, NvidiaOptions options)
    : PciDriver(context.Pci, module, "nvidia")
{
    private const string PhysicalFunction = ":00.0";

    private readonly ConcurrentDictionary<string, NvidiaGpu> cards = new();

    public override IReadOnlyList<(ushort Vendor, ushort Device)> IdTable => options.Ids;

    protected override Errno Probe(PciDevice device)
    {
        if (device.Name.EndsWith(PhysicalFunction, StringComparison.Ordinal))
        {
            return Errno.None;
        }

        string bus = device.Name[..device.Name.LastIndexOf(':')];
        device.DriverData = new NvidiaFunction(context.Vfio, device, cards.GetOrAdd(bus, static _ => new NvidiaGpu()), options);
        return device.AddManagedGroups(NvidiaAttributes.Groups);
    }

    protected override void Remove(PciDevice device)
    {
        if (device.DriverData is not NvidiaFunction function)
        {
            return;
        }

        function.Release();
    }
}
