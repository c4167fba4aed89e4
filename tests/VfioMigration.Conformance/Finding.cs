namespace VfioMigration.Conformance;

/// <summary>Something that a driver does wrong.</summary>
/// <param name="Check">Which check found it.</param>
/// <param name="Node">Where: the path of a type or device.</param>
/// <param name="Message">The error message.</param>
public sealed record Finding(string Check, string Node, string Message)
{
    public override string ToString() => $"{Check}: {Node}: {Message}";
}
