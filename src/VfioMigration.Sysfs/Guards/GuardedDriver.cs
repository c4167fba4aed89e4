using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Guards;

/// <summary>What the guards of one module's code share: calls that were abandoned and are still in it, and the errnos that it declared.</summary>
public sealed class GuardedDriver
{
    private int abandonedCalls;

    /// <summary>True when the module gets no new devices.</summary>
    public bool IsAtLimit => Volatile.Read(ref abandonedCalls) >= VendorCalls.MaxAbandonedCalls;

    /// <summary>Names that the module gave to numbers when it was loaded.</summary>
    public DriverErrnos Errnos { get; internal set; } = DriverErrnos.None;

    internal void Add() => Interlocked.Increment(ref abandonedCalls);

    internal void Remove() => Interlocked.Decrement(ref abandonedCalls);
}
