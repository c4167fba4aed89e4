namespace VfioMigration.Compatibility.Descriptions;

/// <summary>Where a field of a description comes from.</summary>
public enum FieldKind
{
    /// <summary>What the device is: its API, its type, the hardware behind it.</summary>
    Identity,

    /// <summary>Of the software that makes and loads its state.</summary>
    Version,

    /// <summary>Given when it was created, fixed since (R14).</summary>
    Creation,

    /// <summary>Written after it was created; to be written again when a duplicate is made (R33; <c>dynamic_resources</c> of P14).</summary>
    Configuration,

    /// <summary>A comma-separated set of what it can do; the target needs all of it.</summary>
    Features,
}
