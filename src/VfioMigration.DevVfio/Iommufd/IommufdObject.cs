namespace VfioMigration.DevVfio.Iommufd;

/// <summary>An object of an iommufd, which user space knows by a number. Guarded by the lock of its <see cref="IommufdContext"/>.</summary>
internal abstract class IommufdObject
{
    internal uint Id { get; set; }

    /// <summary>Other objects and devices that need it: as long as there is one it cannot be destroyed.</summary>
    internal int Users { get; set; }

    /// <summary>It was destroyed, or its iommufd was closed.</summary>
    internal virtual void Destroy()
    {
    }
}
