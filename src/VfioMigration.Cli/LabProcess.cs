using VfioMigration.Daemon;
using VfioMigration.Lab.Drivers;

namespace VfioMigration.Cli;

/// <summary>This process is a daemon: it has a lab of its own, with drivers in it.</summary>
internal static class LabProcess
{
    /// <summary>As <see cref="LabApplication.TryCreate"/>, and no thread of a driver ends the process. Once per process.</summary>
    internal static LabApplication? TryCreate(LabApplicationOptions options, out IReadOnlyList<string> problems)
    {
        DriverThreads.Guard();
        return LabApplication.TryCreate(options, out problems);
    }
}
