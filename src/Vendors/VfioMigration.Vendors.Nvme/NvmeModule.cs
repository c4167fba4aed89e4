using VfioMigration.Buses.Pci;
using VfioMigration.Sdk;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Pci;

namespace VfioMigration.Vendors.Nvme;

/// <summary>
/// Operations for NVMe virtual functions that are bound to vfio-pci. Load it before vfio_pci binds the function, and let vfio_pci know the
/// ids. Options: <c>ids</c> (1b36:0010), <c>store_mb</c> (8, up to 1024) is the size of the local store, <c>migration</c> (<c>v2</c>).
/// </summary>
public sealed class NvmeModule : VendorModule, IVfioPciVendor
{
    private readonly MigrationPersonality migration;
    private readonly int storeMegabytes;
    private readonly string alias;

    public NvmeModule(VendorContext context)
        : base(context)
    {
        migration = context.Options.GetMigration(MigrationPersonality.V2);
        storeMegabytes = context.Options.GetNumber("store_mb", 8, 1, 1024);
        string text = context.Options.GetText("ids", "1b36:0010");
        if (!PciIds.TryParseId(text, out ushort vendor, out ushort device))
        {
            context.Options.Reject("ids", $"'{text}' is not of the form vvvv:dddd");
        }

        alias = VfioPciVendors.AliasOf(new PciIds(vendor, device, 0, 0, 0, 0));
    }

    public override string Name => "nvme";

    public override IReadOnlyList<string> Dependencies => [VfioModule.ModuleName];

    /// <summary>A function that uses these operations keeps the module.</summary>
    public override int References => Context.Vfio.Devices.Count(static device => device is NvmeDevice);

    public VfioPciDevice? Probe(PciDevice function) => new NvmeDevice(function, storeMegabytes, migration);

    protected override Errno Init(KernelModule module)
    {
        Context.Vfio.PciVendors.Register(alias, this);
        return Errno.None;
    }

    protected override void Exit(KernelModule module) => Context.Vfio.PciVendors.Unregister(this);
}
