using VfioMigration.Integration.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Integration.Tests.ErrnoTable;

/// <summary>What an operation did: its return value, the errno when that is negative, and what else was observed.</summary>
internal sealed record Outcome(long Ret, Errno Errno, string? Detail = null)
{
    /// <summary>From the return value of a system call that was made just now.</summary>
    internal static Outcome Of(long ret, string? detail = null) => new(ret, ret < 0 ? Libc.LastError : Errno.None, detail);

    /// <summary>Null when the row says the same, else both.</summary>
    internal string? Difference(ErrnoTableRow row)
    {
        bool sameRet = row.Ret switch
        {
            "fd" => Ret >= 0,
            "-" => true,
            _ => row.Ret == $"{Ret}",
        };
        string errno = Errno == Errno.None ? "-" : Errno.ToString();
        bool sameDetail = Detail is null || Detail == row.Detail;
        return sameRet && errno == row.Errno && sameDetail
            ? null
            : $"{row}: expected {row.Ret} {row.Errno} {row.Detail}; got {Ret} {errno} {Detail}";
    }
}
