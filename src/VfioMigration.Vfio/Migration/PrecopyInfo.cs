namespace VfioMigration.Vfio.Migration;

/// <summary>How much a device has to send before it is stopped (<c>struct vfio_precopy_info</c>).</summary>
/// <param name="InitialBytes">Of the first data; falls to 0, after which stopping the device costs little.</param>
/// <param name="DirtyBytes">Of data that was sent and changed since; begins at 0.</param>
/// <param name="Reinit">Initial data appeared again.</param>
public readonly record struct PrecopyInfo(ulong InitialBytes, ulong DirtyBytes, bool Reinit = false);
