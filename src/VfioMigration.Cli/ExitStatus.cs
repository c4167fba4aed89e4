namespace VfioMigration.Cli;

/// <summary>Exit statuses of the program; 126 and 127 mean what they mean to a shell.</summary>
internal static class ExitStatus
{
    internal const int Success = 0;
    internal const int Failure = 1;
    internal const int CannotExecute = 126;
    internal const int CommandNotFound = 127;

    /// <summary>Added to the number of a signal.</summary>
    internal const int SignalBase = 128;
}
