using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Nvidia;

/// <summary>
/// The vGPU manager of NVIDIA, which is no part of Linux, in two personalities: mediated devices, and the files of a virtual function that took
/// their place with vGPU 17. Options: see <see cref="NvidiaOptions"/>.
/// </summary>
public sealed class NvidiaModule : VendorModule
{
    private readonly NvidiaOptions options;
    private NvidiaMdevDriver? mdevDriver;
    private PciDriver? pciDriver;

    public NvidiaModule(VendorContext context)
        : base(context) => options = NvidiaOptions.Read(context.Options);

    public override string Name => "nvidia";

    public override IMigrationCompatibility? CompatibilityOf(MdevType type) =>
        options.MigrationVersion
            ? NvidiaCompatibility.Of(((PciDevice)type.MdevParent.Device).Ids, () => (NvidiaType)type.Definition, options)
            : null;

    public override IMigrationCompatibility? CompatibilityOf(MdevDevice device) => CompatibilityOf(device.Type);

    public override IMigrationCompatibility? CompatibilityOf(PciDevice device) =>
        options.MigrationVersion && device.DriverData is NvidiaFunction function
            ? NvidiaCompatibility.Of(device.Ids, () => function.Type, options)
            : null;

    protected override Errno Init(KernelModule module)
    {
        if (!options.HasMdevs)
        {
            pciDriver = new NvidiaFunctionDriver(Context, module, options);
            return Context.Pci.RegisterDriver(pciDriver);
        }

        mdevDriver = new NvidiaMdevDriver(Context, module, options);
        pciDriver = new NvidiaPciDriver(Context, module, mdevDriver, options);
        Errno error = Context.Mdev.RegisterDriver(mdevDriver);
        error = error == Errno.None ? Context.Pci.RegisterDriver(pciDriver) : error;
        if (error != Errno.None)
        {
            Context.Mdev.UnregisterDriver(mdevDriver);
        }

        return error;
    }

    protected override void Exit(KernelModule module)
    {
        Context.Pci.UnregisterDriver(pciDriver!);
        if (mdevDriver is not null)
        {
            Context.Mdev.UnregisterDriver(mdevDriver);
        }
    }
}
