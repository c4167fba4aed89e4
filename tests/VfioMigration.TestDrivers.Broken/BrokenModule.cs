using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.TestDrivers.Broken;

/// <summary>
/// A driver of everything a driver can be of: mediated devices on a virtual parent, PCI functions, and operations for vfio-pci. It works, but for one member of one
/// interface (<see cref="FaultPoint"/>).
/// </summary>
public sealed class BrokenModule : VendorModule, IVfioPciVendor
{
    private static readonly PciIds Served = new(0x1B36, 0x0010, 0, 0, 0, 0);

    private readonly FaultPoint point;
    private readonly BrokenCompatibility compatibility;
    private readonly BrokenCompatibility other;
    private MdevDriver? driver;
    private BrokenPciDriver? functions;
    private DeviceClass? deviceClass;
    private Device? device;
    private MdevParent? parent;

    public BrokenModule(VendorContext context)
        : base(context)
    {
        point = new FaultPoint(context);
        compatibility = new BrokenCompatibility(point, "1");
        other = new BrokenCompatibility(point, "2");
    }

    public override string Name => point.Answer("broken", "ModuleCode.Name");

    public override string Version => point.Answer(base.Version, "ModuleCode.Version");

    public override string Taint => point.Answer(base.Taint, "ModuleCode.Taint");

    public override IReadOnlyDictionary<string, int> Errnos => point.Answer(base.Errnos, "ModuleCode.Errnos");

    public override IReadOnlyList<string> Dependencies => point.Answer(base.Dependencies, "ModuleCode.Dependencies");

    public override int References => point.Answer(base.References, "ModuleCode.References");

    public IReadOnlyList<AttributeGroup> FunctionGroups => point.Answer<IReadOnlyList<AttributeGroup>>([], "IVfioPciVendor.FunctionGroups");

    public override IMigrationCompatibility? CompatibilityOf(MdevType type) => point.Answer<IMigrationCompatibility?>(compatibility, "VendorModule.CompatibilityOf(MdevType)", () => other);

    public override IMigrationCompatibility? CompatibilityOf(MdevDevice device) =>
        point.Answer<IMigrationCompatibility?>(compatibility, "VendorModule.CompatibilityOf(MdevDevice)", () => other);

    public override IMigrationCompatibility? CompatibilityOf(PciDevice device) =>
        point.Answer<IMigrationCompatibility?>(compatibility, "VendorModule.CompatibilityOf(PciDevice)", () => other);

    public override IReadOnlyList<TypeConfiguration> ConfigurationsOf(MdevType type) =>
        point.Answer<IReadOnlyList<TypeConfiguration>>([new TypeConfiguration("mode=2", 1, other)], "VendorModule.ConfigurationsOf");

    public VfioPciDevice? Probe(PciDevice function, Device node) =>
        point.Answer<VfioPciDevice?>(
            new BrokenDevice(node, point),
            "IVfioPciVendor.Probe",
            () => Context.Vfio.Devices.OfType<VfioPciDevice>().FirstOrDefault(other => other.Device != node));

    protected override Errno Init(KernelModule module)
    {
        driver = new BrokenDriver(Context, module, point);
        functions = new BrokenPciDriver(Context, module, point);
        deviceClass = new DeviceClass(Context.Core, "broken");
        device = new Device(Context.Core, "broken") { Class = deviceClass };
        Errno error = Context.Mdev.RegisterDriver(driver);
        error = error == Errno.None ? Context.Pci.RegisterDriver(functions) : error;
        error = error == Errno.None ? deviceClass.Register() : error;
        error = error == Errno.None ? device.Add() : error;
        if (error == Errno.None && !Context.Mdev.RegisterParent(device, driver, [new MdevTypeDefinition("1")]).TryGet(out parent, out error))
        {
            parent = null;
        }

        Context.Vfio.PciVendors.Register(VfioPciVendors.AliasOf(Served), this);
        return point.Answer(error, "ModuleCode.Init");
    }

    protected override void Exit(KernelModule module)
    {
        point.Act("ModuleCode.Exit");
        Context.Vfio.PciVendors.Unregister(this);
        if (parent is not null)
        {
            Context.Mdev.UnregisterParent(parent);
        }

        device?.Delete();
        Context.Pci.UnregisterDriver(functions!);
        Context.Mdev.UnregisterDriver(driver!);
        deviceClass?.Unregister();
    }
}
