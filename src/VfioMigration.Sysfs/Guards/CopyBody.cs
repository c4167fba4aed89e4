using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Guards;

/// <summary>Takes bytes of its own, on whichever thread.</summary>
internal readonly struct CopyBody<TState, T>(TState state, byte[] copy, VendorQuestion<TState, T> body) : IVendorBody<T>
{
    public Result<T> Invoke() => body(state, copy);
}
