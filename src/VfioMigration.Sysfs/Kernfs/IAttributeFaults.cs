using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Kernfs;

/// <summary>Injected faults, queried before an attribute runs. May block; returns EINTR when interrupted.</summary>
public interface IAttributeFaults
{
    /// <summary>An errno instead of the reading; <see cref="Errno.None"/> lets it happen.</summary>
    Errno BeforeShow(Kobject kobject, KernfsAttribute attribute, CancellationToken interrupted);

    /// <summary>An errno instead of the writing; <see cref="Errno.None"/> lets it happen.</summary>
    Errno BeforeStore(Kobject kobject, KernfsAttribute attribute, CancellationToken interrupted);
}
