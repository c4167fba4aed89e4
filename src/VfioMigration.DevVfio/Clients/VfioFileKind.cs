namespace VfioMigration.DevVfio.Clients;

/// <summary>What an open file is; the same request number means different things on different ones.</summary>
public enum VfioFileKind
{
    /// <summary><c>/dev/vfio/vfio</c>.</summary>
    Container,

    /// <summary><c>/dev/vfio/N</c>.</summary>
    Group,

    /// <summary>A device, from a group or from <c>/dev/vfio/devices/vfioN</c>.</summary>
    Device,

    /// <summary>The state of a device in a migration, to read or to write.</summary>
    MigrationData,

    /// <summary><c>/dev/iommu</c>.</summary>
    Iommufd,
}
