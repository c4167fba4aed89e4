using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Buses.Css;

/// <summary>A driver of subchannels (<c>struct css_driver</c>).</summary>
public abstract class CssDriver(CssBus bus, KernelModule module, string name) : DeviceDriver(bus, module, name)
{
    /// <summary>The subchannel types the driver claims.</summary>
    public abstract IReadOnlyList<byte> SubchannelTypes { get; }

    public override bool Matches(Device device) =>
        device is Subchannel subchannel && SubchannelTypes.Contains(subchannel.Description.Type);

    protected abstract Errno Probe(Subchannel subchannel);

    protected abstract void Remove(Subchannel subchannel);

    protected sealed override Errno Probe(Device device) => Probe((Subchannel)device);

    protected sealed override void Remove(Device device) => Remove((Subchannel)device);
}
