using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>
/// A text attribute: name, mode, show, store, visible. One object serves all kobjects that have the attribute; the kobject is passed
/// in. Show and store run without any lock held and from several threads at once.
/// </summary>
public abstract class SysfsAttribute : KernfsAttribute
{
    private protected SysfsAttribute(string name, uint mode)
        : base(name, mode)
    {
    }

    /// <summary>Every text attribute of sysfs has this st_size.</summary>
    public override int Size => Page.Size;

    /// <summary>The longest text that can be shown (PAGE_SIZE - 1, <c>fs/sysfs/file.c</c>, sysfs_kf_seq_show).</summary>
    public const int MaxShown = Page.Size - 1;

    /// <summary>Renders into a page of 4096 bytes and returns the length; EIO when the attribute cannot be read.</summary>
    internal abstract Result<int> Show(Kobject kobject, Span<byte> page, CancellationToken interrupted);

    /// <summary>Takes one write of 0 to 4096 bytes; EIO when the attribute cannot be written.</summary>
    internal abstract Errno Store(Kobject kobject, ReadOnlySpan<byte> value, KernfsCaller caller);

    /// <summary>Show, not trusting the answer: a length beyond the page is cut, a negative one is a bug of the attribute.</summary>
    internal Result<int> ShowBounded(Kobject kobject, Span<byte> page, CancellationToken interrupted)
    {
        Result<int> shown = Show(kobject, page, interrupted);
        if (!shown.TryGet(out int length))
        {
            return shown;
        }

        if (length is >= 0 and <= MaxShown)
        {
            return length;
        }

        kobject.Tree.Log.Write(LogLevels.Warning, $"fill_read_buffer: {Name} returned bad count");
        return length < 0 ? Errno.EIO : MaxShown;
    }
}
