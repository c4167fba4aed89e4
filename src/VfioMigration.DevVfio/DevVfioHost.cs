using VfioMigration.DevVfio.Clients;
using VfioMigration.DevVfio.Iommufd;
using VfioMigration.Posix;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.DevVfio;

/// <summary>
/// What user space reaches of one host through <c>/dev/vfio</c> and <c>/dev/iommu</c>: the same for all mounts that show it, so that a group is opened once, whoever opens it.
/// </summary>
/// <remarks>Locks: <see cref="Gate"/> guards groups and containers, and is taken before those of an address space. Nothing of a driver is called under it.</remarks>
public sealed class DevVfioHost
{
    /// <summary>Where the mount has <c>/dev/iommu</c>, to be bound to its place.</summary>
    public const string HiddenIommuName = "@iommu";

    private const string Folder = "vfio/";
    private const string IommuName = "iommu";
    private const string ContainerName = "vfio";

    private readonly DriverCore core;
    private readonly Func<bool> hasType1;
    private readonly Dictionary<Device, VfioGroup> groups = [];

    /// <param name="core">Of the host.</param>
    /// <param name="vfio">Its devices.</param>
    /// <param name="hasType1">True while the module vfio_iommu_type1 is loaded.</param>
    public DevVfioHost(DriverCore core, VfioCore vfio, Func<bool> hasType1)
    {
        this.core = core;
        this.hasType1 = hasType1;
        Core = vfio;
        core.Devtmpfs.NodeRemoved += Forget;
    }

    public VfioCore Core { get; }

    internal Lock Gate { get; } = new();

    internal SharedAddressSpaces AddressSpaces { get; } = new();

    internal EventFdWatcher EventFds { get; } = new();

    internal bool HasType1 => hasType1();

    /// <summary>Nodes below <c>/dev/vfio</c>, and that of <c>/dev/iommu</c>, which goes by a name that no listing shows.</summary>
    internal IEnumerable<Device> Nodes => core.Devtmpfs.Nodes.Where(static node => node.Node!.Name is IommuName || node.Node.Name.StartsWith(Folder, StringComparison.Ordinal));

    /// <summary>Its name in the mount.</summary>
    internal static string NameOf(Device node) => node.Node!.Name is IommuName ? HiddenIommuName : node.Node.Name[Folder.Length..];

    /// <summary>open(2) of a node. ENXIO: it has gone (chrdev_open); else as the file.</summary>
    internal Result<DevVfioFile> Open(Device node, VfioClient client)
    {
        switch (NameOf(node))
        {
            case ContainerName:
                return new ContainerFile(new VfioContainer(this));
            case HiddenIommuName:
                return new IommufdFile(new IommufdContext(Core));
        }

        foreach (VfioDevice device in Core.Devices)
        {
            if (device.GroupNode == node)
            {
                return GroupOf(device).Open(client);
            }

            if (device.DeviceNode == node)
            {
                return device.IsLeaving ? Errno.ENODEV : new DeviceFile(this, GroupOf(device), opened: null);
            }
        }

        return Errno.ENXIO;
    }

    /// <summary>The group of a device, the same as long as its node exists.</summary>
    internal VfioGroup GroupOf(VfioDevice device)
    {
        lock (Gate)
        {
            if (!groups.TryGetValue(device.GroupNode, out VfioGroup? group))
            {
                groups[device.GroupNode] = group = new VfioGroup(this, device);
            }

            return group;
        }
    }

    private void Forget(Device node)
    {
        lock (Gate)
        {
            if (groups.Remove(node, out VfioGroup? group))
            {
                group.IsGone = true;
            }
        }
    }
}
