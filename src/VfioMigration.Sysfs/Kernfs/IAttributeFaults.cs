using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Kernfs;

/// <summary>Faults on demand, asked before an attribute runs. May take its time; gives EINTR when that is cut short.</summary>
public interface IAttributeFaults
{
    /// <summary>An errno instead of the reading; <see cref="Errno.None"/> lets it happen.</summary>
    Errno BeforeShow(Kobject kobject, KernfsAttribute attribute, CancellationToken interrupted);

    /// <summary>An errno instead of the writing; <see cref="Errno.None"/> lets it happen.</summary>
    Errno BeforeStore(Kobject kobject, KernfsAttribute attribute, CancellationToken interrupted);
}
