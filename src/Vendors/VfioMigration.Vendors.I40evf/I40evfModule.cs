using VfioMigration.Buses.Pci;
using VfioMigration.Sdk;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Pci;

namespace VfioMigration.Vendors.I40evf;

/// <summary>
/// Operations for the virtual functions of an XL710 that are bound to vfio-pci (the series of 2019 and 2020, never merged, R47 to R56). Load it before
/// vfio_pci binds the function. Options: <c>migration</c> (<c>v2</c>); <c>trap</c> says how a user that maps BAR 0 is made to let go of the doorbells
/// before the function is saved: <c>never</c> (BAR 0 cannot be mapped, default), <c>remap_irq</c> (R50), <c>sparse_mmap_saving</c> (R52); <c>remap_timeout_ms</c>
/// (1000) is how long an interrupt of R50 waits for its answer.
/// </summary>
public sealed class I40evfModule : VendorModule, IVfioPciVendor
{
    private static readonly PciIds Xl710 = new(0x8086, 0x154C, 0, 0, 0x020000, 0);

    private readonly MigrationPersonality migration;
    private readonly DoorbellTrap trap;
    private readonly TimeSpan remapTimeout;

    public I40evfModule(VendorContext context)
        : base(context)
    {
        migration = context.Options.GetMigration(MigrationPersonality.V2);
        trap = context.Options.GetChoice("trap", "never", "never", "remap_irq", "sparse_mmap_saving") switch
        {
            "remap_irq" => DoorbellTrap.RemapIrq,
            "sparse_mmap_saving" => DoorbellTrap.SparseMmapSaving,
            _ => DoorbellTrap.Always,
        };
        remapTimeout = TimeSpan.FromMilliseconds(context.Options.GetNumber("remap_timeout_ms", 1000, 1, 60_000));
    }

    public override string Name => "i40evf";

    public override IReadOnlyList<string> Dependencies => [VfioModule.ModuleName];

    /// <summary>A function that uses these operations keeps the module.</summary>
    public override int References => Context.Vfio.Devices.Count(static device => device is I40evfDevice);

    public VfioPciDevice? Probe(PciDevice function) => new I40evfDevice(function, migration, trap, remapTimeout);

    protected override Errno Init(KernelModule module)
    {
        Context.Vfio.PciVendors.Register(VfioPciVendors.AliasOf(Xl710), this);
        return Errno.None;
    }

    protected override void Exit(KernelModule module) => Context.Vfio.PciVendors.Unregister(this);
}
