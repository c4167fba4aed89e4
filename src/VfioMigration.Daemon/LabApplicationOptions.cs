namespace VfioMigration.Daemon;

/// <summary>The command line options of a lab.</summary>
/// <param name="ConfigurationFile">Null takes the built-in default lab.</param>
/// <param name="DriversPath">Overrides the configuration's <c>drivers_path</c>.</param>
/// <param name="LogFile">An additional log file.</param>
/// <param name="Verbose">Show information on standard error, not only warnings and errors.</param>
/// <param name="Listen">Endpoints for incoming migrations.</param>
/// <param name="Tls">PEM files: certificate, key and authority; null for none.</param>
/// <param name="InjectFile">A file of faults; null for none.</param>
/// <param name="Quiet">Write no log at all; the hosts' kernel logs are kept as always.</param>
/// <param name="RenameHosts">Serve the first host under each of these names instead of the hosts as configured.</param>
public sealed record LabApplicationOptions(
    string? ConfigurationFile = null,
    string? DriversPath = null,
    string? LogFile = null,
    bool Verbose = false,
    IReadOnlyList<string>? RenameHosts = null,
    bool Quiet = false,
    IReadOnlyList<string>? Listen = null,
    (string Certificate, string Key, string Authority)? Tls = null,
    string? InjectFile = null);
