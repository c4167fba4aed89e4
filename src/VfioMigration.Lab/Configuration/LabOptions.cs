namespace VfioMigration.Lab.Configuration;

/// <summary>A lab: the hosts to simulate and where their drivers come from.</summary>
/// <param name="Hosts">At least one, with different names.</param>
/// <param name="DriversPath">Folder with one folder per driver; null takes the one beside the program.</param>
/// <param name="Syslog">Refusals and errors also go to syslog(3).</param>
public sealed record LabOptions(IReadOnlyList<HostOptions> Hosts, string? DriversPath, bool Syslog);
