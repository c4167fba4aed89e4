using VfioMigration.Buses.Pci;
using VfioMigration.Mdev;

namespace VfioMigration.Vendors.Gvt;

/// <summary>
/// One graphics function and what is left of its resources. All types draw on the same pool, so creating a device of one type changes
/// how many fit of every other.
/// </summary>
internal sealed class GvtGraphics(PciIds ids, GvtOptions options)
{
    /// <summary>Graphics generation 9, "V5", by PCI device id (<c>include/drm/intel/pciids.h</c>).</summary>
    internal static readonly IReadOnlyList<ushort> Generation9 = [0x191B, 0x1912, 0x193B, 0x591D, 0x5912];

    private readonly Lock gate = new();
    private readonly SortedSet<int> takenIds = [];
    private int low = options.LowMegabytes;
    private int high = options.HighMegabytes;
    private int fences = options.Fences;

    internal PciIds Ids { get; } = ids;

    /// <summary>Set while the function is a parent.</summary>
    internal MdevParent? Parent { get; set; }

    /// <summary>A type is offered when at least one device of it fits into the whole pool.</summary>
    internal bool CanHold(GvtType type) =>
        options.LowMegabytes >= type.LowMegabytes && options.HighMegabytes >= type.HighMegabytes && options.Fences >= type.Fences;

    /// <summary>Instances of the type that one device can be made of when the function is empty.</summary>
    internal int MaxInstancesOf(GvtType type) =>
        Math.Min(Math.Min(options.LowMegabytes / type.LowMegabytes, options.HighMegabytes / type.HighMegabytes), GvtType.MaxInstances);

    /// <summary>How many devices of that many instances fit now.</summary>
    internal int Available(GvtType type, int instances = 1)
    {
        lock (gate)
        {
            return Math.Min(Math.Min(low / (instances * type.LowMegabytes), high / (instances * type.HighMegabytes)), fences / type.Fences);
        }
    }

    /// <summary>How many more instances a device of the type could have; fences do not grow with them.</summary>
    internal int FurtherInstances(GvtType type)
    {
        lock (gate)
        {
            return Math.Min(low / type.LowMegabytes, high / type.HighMegabytes);
        }
    }

    /// <summary>Takes memory for more instances of a device, or gives some back when negative. False when there is not enough.</summary>
    internal bool TryGrow(GvtType type, int instances)
    {
        lock (gate)
        {
            if ((long)instances * type.LowMegabytes > low || (long)instances * type.HighMegabytes > high)
            {
                return false;
            }

            low -= instances * type.LowMegabytes;
            high -= instances * type.HighMegabytes;
            return true;
        }
    }

    /// <summary>The new device's number from 1, or null when it does not fit.</summary>
    internal int? TryTake(GvtType type, int instances)
    {
        lock (gate)
        {
            if (fences < type.Fences || !TryGrow(type, instances))
            {
                return null;
            }

            fences -= type.Fences;
            int id = 1;
            while (!takenIds.Add(id))
            {
                id++;
            }

            return id;
        }
    }

    internal void Return(GvtType type, int instances, int id)
    {
        lock (gate)
        {
            TryGrow(type, -instances);
            fences += type.Fences;
            takenIds.Remove(id);
        }
    }
}
