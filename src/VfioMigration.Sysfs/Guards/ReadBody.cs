using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Guards;

/// <summary>Fills the caller's bytes, on the caller's thread.</summary>
internal readonly ref struct ReadBody<TState>(TState state, Span<byte> destination, VendorRead<TState> body) : IVendorBody<int>
{
    private readonly Span<byte> destination = destination;

    public Result<int> Invoke() => body(state, destination);
}
