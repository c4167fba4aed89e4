using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Guards;

/// <summary>
/// A show or store of a thread, and the one that it was begun in, which comes back when it ends. Both keep their files active meanwhile; other threads see them all,
/// so that nobody waits for files of a thread that was given up.
/// </summary>
internal sealed class AttributeFrame(AttributeFrame? outer)
{
    private KernfsFile? file;
    private AttributeCaller? caller;
    private VendorThread? outerServing;

    internal AttributeFrame? Outer => outer;

    /// <summary>True when somebody who waits for this show or store, or one around it, can be answered without it.</summary>
    internal bool HasCaller => caller is not null || outer?.HasCaller == true;

    internal void Begin(VendorThread thread, KernfsFile opened, AttributeCaller? waiting)
    {
        Volatile.Write(ref file, opened);
        if (waiting is not null)
        {
            outerServing = waiting.Serving;
            waiting.Serving = thread;
            caller = waiting;
        }
    }

    internal void End(KernfsRoot root)
    {
        if (caller is not null)
        {
            caller.Serving = outerServing;
            caller = null;
        }

        ReleaseFile(root);
    }

    /// <summary>Gives the active reference back, once, on whichever thread comes first.</summary>
    internal void ReleaseFile(KernfsRoot root) => Interlocked.Exchange(ref file, null)?.PutActive(root);

    internal void Answer(Errno error) => caller?.Answer(error);
}
