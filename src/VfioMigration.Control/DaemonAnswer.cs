namespace VfioMigration.Control;

/// <summary>What the process behind a control socket answered when it was asked for its hosts.</summary>
/// <param name="Socket">Path of the socket; its name is the process id.</param>
/// <param name="Hosts">Names; empty when there is a problem.</param>
/// <param name="Problem">Why it did not answer: it is stopped, too busy, or does not speak the protocol.</param>
public sealed record DaemonAnswer(string Socket, IReadOnlyList<string> Hosts, string? Problem);
