namespace VfioMigration.Sysfs.Guards;

/// <summary>A call of a thread, and the one that it was made in, which comes back when it ends.</summary>
internal readonly record struct VendorFrame(long Call, long OuterCall, VendorGuard? OuterGuard, VendorCall OuterKind, long OuterDeadline);
