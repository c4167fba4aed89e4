using VfioMigration.Fuse;
using VfioMigration.Sysfs.Guards;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.SysfsMount;

/// <summary>The caller of a FUSE request, as an attribute knows it. One for each thread of the session.</summary>
internal sealed class FuseAttributeCaller(FuseCall call) : AttributeCaller, IFuseWaiter
{
    public override void Answer(Errno error) => call.Answer(error);

    public void CallerLeft() => Leave();

    internal static KernfsCaller Of(FuseCall call, MountOwner owner)
    {
        call.Waiter ??= new FuseAttributeCaller(call);
        return new KernfsCaller(call.CallerPid, call.Interrupted, (AttributeCaller)call.Waiter, call.CallerUid != 0 && call.CallerUid != owner.Uid);
    }
}
