namespace VfioMigration.Control.Answers;

/// <summary>A driver of a host.</summary>
/// <param name="Name">As in /sys/module.</param>
/// <param name="Loaded">False for one that can be loaded.</param>
public sealed record DriverAnswer(string Name, bool Loaded);
