using System.Text;

using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Nvidia;

/// <summary>The <c>nvidia/</c> files of a virtual function (vGPU 17 and newer).</summary>
internal static class NvidiaAttributes
{
    internal static readonly IReadOnlyList<AttributeGroup> Groups =
    [
        new AttributeGroup(
            "nvidia",
            SysfsAttribute<PciDevice>.ReadWrite("current_vgpu_type", static (device, page) => SysfsText.Line(page, Of(device).Type?.Id ?? 0), StoreType),
            SysfsAttribute<PciDevice>.ReadOnly("creatable_vgpu_types", static (device, page) => SysfsText.Lines(page, ListOf(Of(device)))),
            Number("gpu_instance_id", static settings => settings.GpuInstance, static (settings, value) => settings with { GpuInstance = value }),
            Number("placement_id", static settings => settings.Placement, static (settings, value) => settings with { Placement = value }),
            SysfsAttribute<PciDevice>.ReadWrite("vgpu_params", static (device, page) => SysfsText.Line(page, Of(device).Settings.Parameters), StoreParameters)),
    ];

    private static NvidiaFunction Of(PciDevice device) => (NvidiaFunction)device.DriverData!;

    private static string ListOf(NvidiaFunction function)
    {
        NvidiaType[] types = [.. function.Creatable];
        return types.Length == 0 ? "" : "ID    : vGPU Name\n" + string.Concat(types.Select(type => $"{type.Id,-5} : {type.PrettyName}\n"));
    }

    private static Errno StoreType(PciDevice device, ReadOnlySpan<byte> value) =>
        SysfsText.ParseUnsigned(value).TryGet(out ulong id) ? Of(device).SetType(id) : Errno.EINVAL;

    private static Errno StoreParameters(PciDevice device, ReadOnlySpan<byte> value) =>
        Store(device, Of(device).Settings with { Parameters = Encoding.Latin1.GetString(SysfsText.TrimNewline(value)) });

    private static SysfsAttribute<PciDevice> Number(string name, Func<NvidiaSettings, int> get, Func<NvidiaSettings, int, NvidiaSettings> set) =>
        SysfsAttribute<PciDevice>.ReadWrite(
            name,
            (device, page) => SysfsText.Line(page, get(Of(device).Settings)),
            (device, value) => SysfsText.ParseUnsigned(value).TryGet(out ulong number) && number <= int.MaxValue
                ? Store(device, set(Of(device).Settings, (int)number))
                : Errno.EINVAL);

    private static Errno Store(PciDevice device, NvidiaSettings settings) => settings.IsPossible ? Of(device).Configure(settings) : Errno.EINVAL;
}
