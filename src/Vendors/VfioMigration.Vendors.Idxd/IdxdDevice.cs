using VfioMigration.Buses.Pci;
using VfioMigration.Sdk.Aggregation;
using VfioMigration.Sdk.Devices;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Idxd;

/// <summary>Work queues of a function, which look like one ring of requests to a guest.</summary>
internal sealed class IdxdDevice : AcceleratorDevice, IAggregatedDevice
{
    private readonly Lock gate = new();
    private readonly IdxdType type;
    private volatile int instances;

    /// <param name="device">The device of the bus.</param>
    /// <param name="type">What one instance is.</param>
    /// <param name="instances">How many, at least 1; taken from the function already.</param>
    /// <param name="options">Of the driver.</param>
    internal IdxdDevice(Device device, IdxdType type, int instances, IdxdOptions options)
        : base(new PciConfigSpace(type.Function.Ids), device, options.SoftwareVersion)
    {
        this.type = type;
        this.instances = instances;
        AddMigration(this, options.Migration);
    }

    public override string StateDescription => $"idxd {instances} x {type.SysfsName}";

    public int AggregatedInstances => instances;

    public int MaxAggregation => instances + type.FreeInstances;

    public Errno Aggregate(int wanted)
    {
        lock (gate)
        {
            if (wanted < 1 || wanted > type.MaxInstances)
            {
                return Errno.EINVAL;
            }

            if (IsOpen)
            {
                return Errno.EBUSY;
            }

            if (!type.TryTake(wanted - instances))
            {
                return Errno.ENOSPC;
            }

            instances = wanted;
            return Errno.None;
        }
    }
}
