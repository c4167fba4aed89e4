using VfioMigration.Uapi;

namespace VfioMigration.Cli;

/// <summary>Standard output cannot be written: it is full, closed, or a pipe without a reader (EPIPE).</summary>
internal sealed class OutputException(Errno error) : Exception($"standard output: {error.Text()} ({error.Name()})")
{
    internal Errno Error => error;
}
