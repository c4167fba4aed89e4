using VfioMigration.DevVfio.Clients;
using VfioMigration.Uapi;

namespace VfioMigration.DevVfio.Ioctls;

/// <summary>What an ioctl gives back: a value or an errno, and it may open a file.</summary>
/// <param name="Result">What ioctl(2) returns, unless a file's number takes its place.</param>
/// <param name="File">A file that was opened for the caller; null for none.</param>
/// <param name="NumberAt">Where in the caller's memory the file's number goes; 0 makes it the value that is returned.</param>
public readonly record struct VfioIoctlAnswer(Result<int> Result, DevVfioFile? File = null, ulong NumberAt = 0)
{
    public static implicit operator VfioIoctlAnswer(Errno error) => new(Of(error));

    /// <summary>0 or the errno, as most system calls return.</summary>
    public static Result<int> Of(Errno error) => error == Errno.None ? (Result<int>)0 : error;

    public static implicit operator VfioIoctlAnswer(int value) => new(value);

    public static implicit operator VfioIoctlAnswer(Result<int> result) => new(result);
}
