namespace VfioMigration.Sysfs.Guards;

/// <summary>A call that was still in the driver at its deadline.</summary>
internal readonly record struct AbandonedCall(VendorGuard Guard, VendorCall Kind, VendorThread Thread);
