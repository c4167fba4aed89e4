namespace VfioMigration.Lab.Configuration;

/// <summary>A driver of a host.</summary>
/// <param name="Name">The module's name.</param>
/// <param name="Options">Passed to the driver, which interprets them.</param>
/// <param name="Load">False only makes the options known for a later <c>vfiomig driver load</c>.</param>
/// <param name="Program">A command line: the driver is that program, not an assembly of the drivers folder. Null for the latter.</param>
/// <param name="Key">Where it stands in the configuration, for errors.</param>
public sealed record DriverOptions(string Name, IReadOnlyDictionary<string, string> Options, bool Load, string Key, string? Program = null)
{
    /// <summary>The options, with the program as one of them.</summary>
    internal IReadOnlyDictionary<string, string> OptionsWithProgram =>
        Program is null ? Options : new Dictionary<string, string>(Options) { ["program"] = Program };
}
