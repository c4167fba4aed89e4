using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Guards;

/// <summary>Calls a driver that takes bytes.</summary>
public delegate Errno VendorStore<in TState>(TState state, ReadOnlySpan<byte> source);
