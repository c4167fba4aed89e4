namespace VfioMigration.Control;

/// <summary>Which daemon serves a host.</summary>
/// <param name="Socket">Its control socket; null when there is none, or not one.</param>
/// <param name="Host">The host's name.</param>
/// <param name="Problem">Why there is no socket.</param>
/// <param name="IsUndecided">True when there may be such a daemon all the same: one does not answer, or several serve a host of that name.</param>
public readonly record struct RunningHostLookup(string? Socket, string? Host, string? Problem, bool IsUndecided = false);
