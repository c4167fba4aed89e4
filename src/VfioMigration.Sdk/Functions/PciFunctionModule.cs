using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Sdk.Functions;

/// <summary>
/// A driver that has operations for functions bound to vfio-pci (proposed 2019 and 2020, not merged, R47): it registers for an alias per
/// id and is called when vfio-pci binds such a function. Load it before vfio_pci binds the function, and add the ids to the option of vfio_pci. A function that
/// uses the operations keeps the module (R48).
/// </summary>
public abstract class PciFunctionModule : VendorModule, IVfioPciVendor
{
    private readonly IReadOnlyList<(ushort Vendor, ushort Device)> ids;

    /// <param name="context">Of the host.</param>
    /// <param name="defaultIds">Of the option <c>ids</c>: <c>vvvv:dddd,...</c>.</param>
    protected PciFunctionModule(VendorContext context, string defaultIds)
        : base(context) => ids = context.Options.GetPciIds("ids", defaultIds);

    public override IReadOnlyList<string> Dependencies => [VfioModule.ModuleName];

    public override int References => Context.Vfio.Devices.Count(device => device is VfioPciDevice { Vendor: { } vendor } && vendor == this);

    public virtual IReadOnlyList<AttributeGroup> FunctionGroups => [];

    public abstract VfioPciDevice? Probe(PciDevice function, Device node);

    protected override Errno Init(KernelModule module)
    {
        foreach ((ushort vendor, ushort device) in ids)
        {
            Context.Vfio.PciVendors.Register(VfioPciVendors.AliasOf(new PciIds(vendor, device, 0, 0, 0, 0)), this);
        }

        return Errno.None;
    }

    protected override void Exit(KernelModule module) => Context.Vfio.PciVendors.Unregister(this);
}
