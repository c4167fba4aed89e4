using VfioMigration.Sysfs;

namespace VfioMigration.Buses.Css;

/// <summary>A subchannel of the s390 channel subsystem: <c>/sys/devices/css0/0.0.SSSS</c>.</summary>
public sealed class Subchannel : Device
{
    internal Subchannel(DriverCore core, string id, SubchannelDescription description)
        : base(core, id) => Description = description;

    public SubchannelDescription Description { get; }
}
