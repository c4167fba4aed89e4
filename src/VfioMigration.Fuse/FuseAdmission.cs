namespace VfioMigration.Fuse;

/// <summary>Whether a request that may block is served.</summary>
public enum FuseAdmission
{
    /// <summary>Too many like it are blocked already: EBUSY.</summary>
    Refused,

    /// <summary>It may block for ever, so it is served while another thread is left to read.</summary>
    Admitted,

    /// <summary>It is served by the last thread, too, where the system gives no more: it must not wait behind what may take for ever.</summary>
    AdmittedAlways,
}
