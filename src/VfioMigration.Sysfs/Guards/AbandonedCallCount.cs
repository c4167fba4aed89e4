namespace VfioMigration.Sysfs.Guards;

/// <summary>Abandoned calls of one module that are still in its code.</summary>
public sealed class AbandonedCallCount
{
    private int count;

    /// <summary>True when the module gets no new devices.</summary>
    public bool IsAtLimit => Volatile.Read(ref count) >= VendorCalls.MaxAbandonedCalls;

    internal void Add() => Interlocked.Increment(ref count);

    internal void Remove() => Interlocked.Decrement(ref count);
}
