namespace VfioMigration.Compatibility.Judging;

/// <summary>What unequal types mean (R16, R17).</summary>
public enum TypePolicy
{
    /// <summary>Rule (0): incompatible, whatever the driver says. The proposal has it for types.</summary>
    Required,

    /// <summary>Said, and then the driver decides.</summary>
    Advised,

    /// <summary>The driver decides. The proposal has it for devices.</summary>
    Off,
}
