using VfioMigration.Buses.Pci;
using VfioMigration.Sdk.Aggregation;
using VfioMigration.Sdk.Devices;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Gvt;

/// <summary>
/// A virtual GPU. Its device memory stands for the contexts and page tables that really move: a sixteenth of its mappable graphics memory.
/// Under the relaxed policy every device of the generation looks alike to its guest, or a guest would notice where it is.
/// </summary>
internal sealed class GvtDevice : DisplayDevice, IAggregatedDevice
{
    private const int MmioRegisters = 256;

    private readonly GvtType type;
    private readonly bool isRelaxed;
    private readonly Lock gate = new();
    private volatile int instances;

    /// <param name="device">The device of the bus.</param>
    /// <param name="id">Number on its physical GPU, from 1.</param>
    /// <param name="type">Its slice.</param>
    /// <param name="instances">How many slices, at least 1; taken from the GPU already.</param>
    /// <param name="options">Of the driver.</param>
    internal GvtDevice(Device device, int id, GvtType type, int instances, GvtOptions options)
        : base(device, IdsOf(type, options), type.MemoryOf(instances), MmioRegisters, options.Migration)
    {
        this.type = type;
        this.instances = instances;
        isRelaxed = options.IsRelaxed;
        Id = id;
    }

    /// <summary>Number on its physical GPU, from 1.</summary>
    internal int Id { get; }

    public override string StateDescription =>
        isRelaxed ? $"i915 GVTg_V5 {VideoMemory.Length >> 10} kB" : $"i915 {instances} x {type.SysfsName} {type.Graphics.Ids}";

    public int AggregatedInstances => instances;

    public int MaxAggregation => Math.Min(GvtType.MaxInstances, instances + type.Graphics.FurtherInstances(type));

    public Errno Aggregate(int wanted)
    {
        lock (gate)
        {
            if (wanted is < 1 or > GvtType.MaxInstances)
            {
                return Errno.EINVAL;
            }

            if (IsOpen)
            {
                return Errno.EBUSY;
            }

            if (!type.Graphics.TryGrow(type, wanted - instances))
            {
                return Errno.ENOSPC;
            }

            ResizeMemory(type.MemoryOf(wanted));
            instances = wanted;
            return Errno.None;
        }
    }

    private static PciIds IdsOf(GvtType type, GvtOptions options) =>
        options.IsRelaxed
            ? new PciIds(type.Graphics.Ids.Vendor, GvtGraphics.Generation9[0], SubsystemVendor: 0, SubsystemDevice: 0, Class: 0x030000, Revision: 0)
            : type.Graphics.Ids;
}
