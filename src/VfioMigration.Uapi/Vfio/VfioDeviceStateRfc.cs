namespace VfioMigration.Uapi.Vfio;

/// <summary>
/// The eight states of the RFC of January 2022 (never merged, R57): the v1 bit patterns as numbers, the two patterns that were
/// invalid in v1 taken for the P2P states.
/// </summary>
public enum VfioDeviceStateRfc : uint
{
    STOP = 0,
    RUNNING = 1,
    STOP_COPY = 2,
    PRE_COPY = 3,
    RESUMING = 4,
    PRE_COPY_P2P = 5,
    ERROR = 6,
    RUNNING_P2P = 7,
}
