using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Guards;

/// <summary>What a guarded call does in the driver.</summary>
internal interface IVendorBody<T>
{
    Result<T> Invoke();
}
