namespace VfioMigration.Fuse;

/// <summary>How a request of an ordered file system is served, as to those behind it.</summary>
public enum FusePace
{
    /// <summary>It never waits for anything; the next request is read when it is done.</summary>
    Quick,

    /// <summary>It may take its time; others go on after a moment.</summary>
    MayBlock,

    /// <summary>What comes behind it relies on its effect; others go on only when it seems to hang.</summary>
    MustPrecede,

    /// <summary>Its handler makes requests to the same mount; others go on at once.</summary>
    CallsItself,
}
