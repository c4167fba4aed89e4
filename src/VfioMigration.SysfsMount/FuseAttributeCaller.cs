using VfioMigration.Fuse;
using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;

namespace VfioMigration.SysfsMount;

/// <summary>The caller of a FUSE request, as an attribute knows it. One for each thread of the session.</summary>
internal sealed class FuseAttributeCaller(FuseCall call) : AttributeCaller, IFuseWaiter
{
    public override CancellationToken Interrupted => call.Interrupted;

    public override void Answer(Errno error) => call.Answer(error);

    public void CallerLeft() => Leave();

    internal static AttributeCaller Of(FuseCall call)
    {
        call.Waiter ??= new FuseAttributeCaller(call);
        return (AttributeCaller)call.Waiter;
    }
}
