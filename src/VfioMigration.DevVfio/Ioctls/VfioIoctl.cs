using VfioMigration.DevVfio.Clients;
namespace VfioMigration.DevVfio.Ioctls;

/// <summary>One row of the table of ioctls.</summary>
/// <param name="Kind">The files that know it.</param>
/// <param name="Number">The request number.</param>
/// <param name="Name">As the uAPI spells it.</param>
/// <param name="MinimumSize">Bytes of the structure that a caller must know (minsz), 0 for an argument that is a number or nothing.</param>
/// <param name="WritesBack">True when the structure is written back on success.</param>
/// <param name="MayBlock">True when it may run code of a driver, or wait.</param>
/// <param name="Reenters">True when it looks up other descriptors of the caller, and so makes requests of its own to the mount that it came from.</param>
/// <param name="ReturnsFile">True when it may open a file for the caller, which only the trap in the system call can put among the caller's descriptors.</param>
/// <param name="Run">Copies in, checks, runs, copies out.</param>
public sealed record VfioIoctl(
    VfioFileKind Kind,
    uint Number,
    string Name,
    int MinimumSize,
    bool WritesBack,
    bool MayBlock,
    bool Reenters,
    bool ReturnsFile,
    VfioIoctlMethod Run);

/// <summary>Runs an ioctl of a file of the row's kind.</summary>
public delegate VfioIoctlAnswer VfioIoctlMethod(DevVfioFile file, in VfioIoctlCall call);
