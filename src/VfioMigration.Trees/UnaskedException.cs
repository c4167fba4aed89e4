namespace VfioMigration.Trees;

/// <summary>
/// A question could not be asked: the file cannot be opened, is no file, or does not answer. Not an answer of a driver, and so never part of a verdict: it ends what needed the answer,
/// and its message says which file and why.
/// </summary>
public sealed class UnaskedException(string message) : IOException(message);
