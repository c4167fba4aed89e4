using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Guards;

/// <summary>Calls a driver that fills bytes; how many, or an errno.</summary>
public delegate Result<int> VendorRead<in TState>(TState state, Span<byte> destination);
