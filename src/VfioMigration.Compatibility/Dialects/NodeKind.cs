namespace VfioMigration.Compatibility.Dialects;

/// <summary>Where compatibility is shown.</summary>
public enum NodeKind
{
    /// <summary>A type that a parent offers, before any device exists (R2).</summary>
    Type,

    /// <summary>A mediated device (R3).</summary>
    MdevDevice,

    /// <summary>A physical function (R5).</summary>
    PhysicalDevice,
}
