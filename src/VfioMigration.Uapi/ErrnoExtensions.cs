namespace VfioMigration.Uapi;

/// <summary>How an <see cref="Errno"/> is shown and bounded.</summary>
public static class ErrnoExtensions
{
    /// <summary>The largest number the kernel accepts in a FUSE reply (<c>fs/fuse/dev.c</c>: error &gt; -512).</summary>
    public const int Largest = 511;

    /// <summary>MAX_ERRNO of <c>include/linux/err.h</c>: the largest number that a kernel function returns as an error.</summary>
    public const int MaxErrno = 4095;

    /// <summary>
    /// An error number that may be sent to user space: 1..511 pass, ENOTSUPP becomes EOPNOTSUPP, everything else
    /// (zero and negative numbers from a plugin that mixed up the sign included) becomes EIO.
    /// </summary>
    public static Errno Clamp(this Errno errno) => (int)errno switch
    {
        > 0 and <= Largest => errno,
        (int)Errno.ENOTSUPP => Errno.EOPNOTSUPP,
        _ => Errno.EIO,
    };

    /// <summary>The symbolic name, or <c>errno N</c> for a number without one.</summary>
    public static string Name(this Errno errno) => errno switch
    {
        Errno.None => "0",
        _ when Enum.IsDefined(errno) => errno.ToString(),
        _ => $"errno {(int)errno}",
    };

    /// <summary>The text a shell prints for a number of Linux; the name of any other.</summary>
    public static string Text(this Errno errno) => ErrnoTexts.Table.GetValueOrDefault(errno) ?? errno.Name();
}
