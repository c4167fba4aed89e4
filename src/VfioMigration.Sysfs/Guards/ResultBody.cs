using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Guards;

internal readonly struct ResultBody<TState, T>(TState state, Func<TState, Result<T>> body) : IVendorBody<T>
{
    public Result<T> Invoke() => body(state);
}
