using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Guards;

internal readonly struct ErrnoBody<TState>(TState state, Func<TState, Errno> body) : IVendorBody<bool>
{
    public Result<bool> Invoke() => body(state) is var error and not Errno.None ? error : true;
}
