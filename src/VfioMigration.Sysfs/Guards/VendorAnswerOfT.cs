using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Guards;

/// <summary>As <see cref="VendorAnswer"/>, for a call that answers with a value.</summary>
/// <param name="Result">The driver's answer; EIO when it threw or is broken, ETIMEDOUT when it was too slow.</param>
/// <param name="Failed">True when the driver gave no answer: it threw, was too slow, or is broken.</param>
public readonly record struct VendorAnswer<T>(Result<T> Result, bool Failed);
