using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Guards;

/// <summary>Takes the caller's bytes, on the caller's thread.</summary>
internal readonly ref struct SpanBody<TState, T>(TState state, ReadOnlySpan<byte> source, VendorQuestion<TState, T> body) : IVendorBody<T>
{
    private readonly ReadOnlySpan<byte> source = source;

    public Result<T> Invoke() => body(state, source);
}
