namespace VfioMigration.Compatibility.Judging;

/// <summary>A contradiction between a device and its type.</summary>
/// <param name="Device">The device.</param>
/// <param name="Type">Its type.</param>
/// <param name="Rule">Short and stable.</param>
/// <param name="Message">The error message.</param>
public sealed record LintFinding(INodeFiles Device, INodeFiles Type, string Rule, string Message);
