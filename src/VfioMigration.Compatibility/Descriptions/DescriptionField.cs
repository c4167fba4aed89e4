namespace VfioMigration.Compatibility.Descriptions;

/// <summary>One thing that is known of a device.</summary>
/// <param name="Name">Lower case, digits and underscores: it becomes a file's name.</param>
/// <param name="Value">Printable ASCII without a newline.</param>
/// <param name="Kind">Where it comes from.</param>
public readonly record struct DescriptionField(string Name, string Value, FieldKind Kind);
