using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Guards;

/// <summary>Calls a driver that takes bytes and answers with a value.</summary>
public delegate Result<T> VendorQuestion<in TState, T>(TState state, ReadOnlySpan<byte> source);
