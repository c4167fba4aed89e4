using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Buses.Css;

/// <summary>The bus of subchannels: <c>/sys/bus/css</c> and <c>/sys/devices/css0</c> (<c>drivers/s390/cio/css.c</c>).</summary>
public sealed class CssBus(DriverCore core) : DeviceBus(core, "css")
{
    private static readonly IReadOnlyList<AttributeGroup> Groups =
    [
        new AttributeGroup(
            SysfsAttribute<Subchannel>.ReadOnly("type", static (subchannel, page) => SysfsText.Line(page, $"{subchannel.Description.Type:x1}")),
            SysfsAttribute<Subchannel>.ReadOnly("modalias", static (subchannel, page) => SysfsText.Line(page, Modalias(subchannel))),
            SysfsAttribute<Subchannel>.ReadOnly("chpids", static (subchannel, page) =>
                SysfsText.Line(page, $"{subchannel.Description.ChannelPathId:x2} 00 00 00 00 00 00 00"))),
    ];

    private readonly DriverCore core = core;
    private readonly Lock gate = new();
    private Device? channelSubsystem;

    public override IReadOnlyList<AttributeGroup> DeviceGroups => Groups;

    /// <summary>True for the form <c>CSSID.SSID.SSSS</c>, such as <c>0.0.0313</c>.</summary>
    public static bool IsValidId(string id) =>
        id.Length == 8 && id[1] == '.' && id[3] == '.'
        && id.Where((_, i) => i is not (1 or 3)).All(char.IsAsciiHexDigitLower);

    /// <summary>Adds a subchannel; a driver that claims its type is bound at once. EEXIST when the id is taken.</summary>
    public Result<Subchannel> AddSubchannel(string id, SubchannelDescription description)
    {
        var subchannel = new Subchannel(core, id, description) { Bus = this, ParentDevice = ChannelSubsystem() };
        Errno error = subchannel.Add();
        return error == Errno.None ? subchannel : error;
    }

    protected override void AppendDeviceUeventVariables(Device device, UeventEnvironment environment)
    {
        environment.Add("ST", $"{((Subchannel)device).Description.Type:X1}");
        environment.Add("MODALIAS", Modalias((Subchannel)device));
    }

    private static string Modalias(Subchannel subchannel) => $"css:t{subchannel.Description.Type:X1}";

    private Device ChannelSubsystem()
    {
        lock (gate)
        {
            if (channelSubsystem is null)
            {
                channelSubsystem = new Device(core, "css0");
                channelSubsystem.Add();
            }

            return channelSubsystem;
        }
    }
}
