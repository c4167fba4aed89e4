using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Guards;

/// <summary>Fills bytes of its own, on whichever thread.</summary>
internal readonly struct FillBody<TState>(TState state, byte[] copy, VendorRead<TState> body) : IVendorBody<int>
{
    public Result<int> Invoke() => body(state, copy);
}
