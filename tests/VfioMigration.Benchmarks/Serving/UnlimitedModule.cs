using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Rules;
using VfioMigration.Lab;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Benchmarks.Serving;

/// <summary>A virtual parent like the kernel's samples, on which any number of devices fits. Its devices have <c>migration_version</c>.</summary>
internal sealed class UnlimitedModule(VendorContext context) : VirtualParentModule(context)
{
    internal const string ModuleName = "bench";

    /// <summary>Of the type, below the mount.</summary>
    internal const string TypePath = $"class/mdev_bus/{ModuleName}/mdev_supported_types/{ModuleName}-1";

    private static readonly DeviceDescription Description =
        new(ModuleName, new DescriptionField(FieldNames.SoftwareVersion, "1.0", FieldKind.Version));

    private static readonly RuleBasedCompatibility Compatibility =
        new(ModuleName, new TemplateForm($"{ModuleName}-{{software_version:[0-9.]+}}"), [new VersionRule()], static () => Description);

    public override string Name => ModuleName;

    protected override IReadOnlyList<MdevTypeDefinition> Types { get; } = [new MdevTypeDefinition("1", "benchmark device")];

    /// <summary>Null when the module is loaded, else why not.</summary>
    internal static string? LoadInto(Host host)
    {
        host.Modules.MakeAvailable(
            ModuleName,
            () => new UnlimitedModule(new VendorContext("unlimited", host.Core, host.Mdev, host.Pci, host.Css, host.Vfio, VendorOptions.None)));
        return host.LoadModule(ModuleName) is { Error: not Errno.None } failed ? failed.Problem : null;
    }

    public override IMigrationCompatibility? CompatibilityOf(MdevType type) => Compatibility;

    public override IMigrationCompatibility? CompatibilityOf(MdevDevice device) => Compatibility;

    protected override MdevDriver CreateDriver(KernelModule module) => new UnlimitedDriver(Context, module);
}
