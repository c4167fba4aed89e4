namespace VfioMigration.Compatibility.Judging;

/// <summary>Which of the proposal's rules decided (R11, R12, R14).</summary>
public enum JudgeRule
{
    /// <summary>Read and written: compatible (R12).</summary>
    AllPassed,

    /// <summary>(0) The types differ.</summary>
    TypesDiffer,

    /// <summary>The source has no attribute.</summary>
    SourceAbsent,

    /// <summary>The target has no attribute.</summary>
    TargetAbsent,

    /// <summary>Reading the source's fails: it does not migrate (R7).</summary>
    SourceRead,

    /// <summary>Writing to the target's fails: the state would be refused (R8).</summary>
    TargetWrite,

    /// <summary>Created with different parameters (R14).</summary>
    CreationParameters,
}
