using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;

namespace VfioMigration.Mdev;

/// <summary>
/// A type of mediated device that a parent offers: <c>mdev_supported_types/DRIVER-NAME</c>
/// (<c>drivers/vfio/mdev/mdev_sysfs.c</c>).
/// </summary>
public sealed class MdevType : Kobject
{
    private static readonly AttributeGroup TypeGroup = new(
        SysfsAttribute<MdevType>.Interruptible("create", null, static (type, value, _) => type.MdevParent.StoreCreate(type, value)),
        SysfsAttribute<MdevType>.ReadOnly("device_api", static (type, page) => type.Driver.DeviceApi.TryGet(out string api, out Errno error) ? SysfsText.Line(page, api) : error),
        SysfsAttribute<MdevType>.ReadOnly("name", static (type, page) => SysfsText.Line(page, type.Definition.PrettyName ?? type.Definition.SysfsName)),
        SysfsAttribute<MdevType>.ReadOnly("available_instances", static (type, page) => SysfsText.Line(page, type.AvailableInstances)),
        SysfsAttribute<MdevType>.ReadOnly("description", ShowDescription, static type => type.Driver.Describe(type) is not null));

    internal MdevType(MdevParent parent, MdevTypeDefinition definition, string directoryName)
        : base(parent.Device.Tree, directoryName)
    {
        MdevParent = parent;
        Definition = definition;
        Driver = new GuardedMdevDriver(parent.Driver, new VendorGuard(Tree.Root.VendorCalls, text => parent.Device.Log(LogLevels.Error, $"{directoryName}: {text}"))
        {
            Driver = parent.Driver.Module.Guarded,
        });
    }

    /// <summary>The driver's description of this type.</summary>
    internal GuardedMdevDriver Driver { get; }

    public override VendorGuard DriverGuard => Driver.Guard;

    /// <summary>The parent that offers the type.</summary>
    public MdevParent MdevParent { get; }

    /// <summary>The vendor's own object.</summary>
    public MdevTypeDefinition Definition { get; }

    /// <summary>
    /// Parameters of devices whose creator gives none. One value for all users: two creators that set it race, which is why that proposal was
    /// refused.
    /// </summary>
    public IReadOnlyDictionary<string, string> DefaultParameters { get; set; } = new Dictionary<string, string>();

    /// <summary>
    /// How many more can be created now. From the driver where it counts itself, else what is left of the parent's maximum.
    /// Says nothing about compatibility.
    /// </summary>
    public int AvailableInstances => Driver.GetAvailable(this) ?? MdevParent.AvailableInstances;

    /// <summary><c>devices/</c>, with a link to every device of the type.</summary>
    internal Kobject DevicesDirectory { get; private set; } = null!;

    internal Errno AddToTree(DriverCore core, Kobject directory)
    {
        Result<Kobject> added = core.CreateDirectory(directory, this);
        if (!added.IsOk)
        {
            return added.Error;
        }

        DevicesDirectory = core.CreateDirectory(this, "devices").Value;
        return AddGroup(TypeGroup);
    }

    private static Result<int> ShowDescription(MdevType type, Span<byte> page) =>
        SysfsText.Lines(page, type.Driver.Describe(type) ?? "");
}
