namespace VfioMigration.Vmm.Wire;

/// <summary>Why a migration cannot continue: a message for the user. Thrown by the stream and caught where a migration is run.</summary>
public sealed class StreamProblem(string message, Exception? cause = null) : IOException(message, cause);
