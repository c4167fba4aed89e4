using VfioMigration.Sysfs.Guards;

namespace VfioMigration.Sysfs.Kernfs;

/// <summary>Who calls an attribute.</summary>
/// <param name="Pid">The process, as the reader of the kernel log sees it; 0 when it is not known, or this process itself.</param>
/// <param name="Interrupted">Cancelled when the caller got a signal.</param>
/// <param name="Waiting">Answers the caller without the attribute when a driver is too slow; null where that is impossible.</param>
/// <param name="IsUnprivileged">True for neither root nor the owner of the tree, who here has what CAP_SYS_ADMIN is on a kernel.</param>
public readonly record struct KernfsCaller(int Pid, CancellationToken Interrupted, AttributeCaller? Waiting = null, bool IsUnprivileged = false)
{
    /// <summary>The name of the process (<c>comm</c>); <c>?</c> when it is not known.</summary>
    public string Command
    {
        get
        {
            try
            {
                return Pid > 0 ? File.ReadAllText($"/proc/{Pid}/comm").TrimEnd('\n') : "?";
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return "?";
            }
        }
    }
}
