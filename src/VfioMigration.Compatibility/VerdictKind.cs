namespace VfioMigration.Compatibility;

/// <summary>How sure a verdict is.</summary>
public enum VerdictKind
{
    /// <summary>The state would be refused.</summary>
    Incompatible,

    /// <summary>There is no visible objection, but what decides is not visible here (R45).</summary>
    Plausible,

    /// <summary>The state would be accepted.</summary>
    Compatible,
}
