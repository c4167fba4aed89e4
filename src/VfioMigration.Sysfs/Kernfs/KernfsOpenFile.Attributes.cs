using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Kernfs;

/// <summary>
/// The calls of attributes: with an active reference, without a limit, and with a caller that may be answered without them. What an attribute throws is EIO and a line
/// of the kernel log.
/// </summary>
public sealed partial class KernfsOpenFile
{
    private Result<int> Show(KernfsFile opened, Span<byte> page, KernfsCaller caller)
    {
        KernfsRoot owner = root;
        if (!opened.TryGetActive())
        {
            return Errno.ENODEV;
        }

        VendorThread thread = owner.VendorCalls.Current;
        thread.EnterAttribute(caller.Waiting, opened, owner);
        try
        {
            Volatile.Write(ref eventsSeen, opened.Events);
            if (owner.Faults?.BeforeShow(opened.Kobject, opened.Attribute, caller.Interrupted) is { } fault and not Errno.None)
            {
                return fault;
            }

            Result<int> shown = ((SysfsAttribute)opened.Attribute).ShowBounded(opened.Kobject, page, caller.Interrupted);
            return shown.IsOk ? shown : shown.Error.Clamp();
        }
        catch (Exception bug)
        {
            return Caught(opened, "show", bug);
        }
        finally
        {
            thread.LeaveAttribute();
        }
    }

    private Result<int> Store(KernfsRoot owner, KernfsFile opened, long offset, ReadOnlySpan<byte> source, KernfsCaller caller)
    {
        if (owner.Faults?.BeforeStore(opened.Kobject, opened.Attribute, caller.Interrupted) is { } fault and not Errno.None)
        {
            return fault;
        }

        if (opened.Attribute is SysfsUnbufferedAttribute unbuffered)
        {
            return unbuffered.Write(opened.Kobject, ref state, offset, source, caller);
        }

        ReadOnlySpan<byte> page = source[..Math.Min(source.Length, Page.Size)];
        if (page.IsEmpty)
        {
            return 0;
        }

        Errno error = ((SysfsAttribute)opened.Attribute).Store(opened.Kobject, page, caller);
        return error == Errno.None ? page.Length : error.Clamp();
    }

    private Result<int> ReadBytes(KernfsFile opened, long offset, Span<byte> destination, KernfsCaller caller)
    {
        KernfsRoot owner = root;
        if (!opened.TryGetActive())
        {
            return Errno.ENODEV;
        }

        VendorThread thread = owner.VendorCalls.Current;
        thread.EnterAttribute(caller.Waiting, opened, owner);
        try
        {
            return owner.Faults?.BeforeShow(opened.Kobject, opened.Attribute, caller.Interrupted) is { } fault and not Errno.None ? fault
                : Checked(opened, ((SysfsUnbufferedAttribute)opened.Attribute).Read(opened.Kobject, ref state, offset, destination, caller), destination.Length);
        }
        catch (Exception bug)
        {
            return Caught(opened, "read", bug);
        }
        finally
        {
            thread.LeaveAttribute();
        }
    }

    /// <summary>An attribute that claims more bytes than there is room for, or fewer than none, has a bug.</summary>
    private static Result<int> Checked(KernfsFile opened, Result<int> read, int room)
    {
        if (!read.TryGet(out int count, out Errno error))
        {
            return error.Clamp();
        }

        if ((uint)count <= (uint)room)
        {
            return count;
        }

        opened.Kobject.Tree.Log.Write(LogLevels.Warning, $"{opened.Kobject.Name}: {opened.Name}: driver bug: {count} bytes read, at most {room} were requested");
        return Errno.EIO;
    }

    /// <summary>The one catch-all of attributes.</summary>
    private static Errno Caught(KernfsFile opened, string what, Exception bug)
    {
        opened.Kobject.Tree.Log.Write(LogLevels.Error, $"{opened.Kobject.Name}: {opened.Name}: driver bug: {what} threw {VendorGuard.Describe(bug)}");
        return Errno.EIO;
    }
}
