using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Guards;

/// <summary>The outcome of a call into a vendor driver that returns an errno.</summary>
/// <param name="Error">The driver's errno; EIO when it threw or is broken, ETIMEDOUT when it was too slow.</param>
/// <param name="Failed">True when the driver gave no answer: it threw, was too slow, or is broken.</param>
public readonly record struct VendorAnswer(Errno Error, bool Failed);
