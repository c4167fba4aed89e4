namespace VfioMigration.Sysfs.Guards;

/// <summary>A call of a thread, and the outer call, which becomes current again when it ends.</summary>
internal readonly record struct VendorFrame(long Call, long OuterCall, VendorGuard? OuterGuard, VendorCall OuterKind, long OuterDeadline);
