using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vfio.Migration;

/// <summary>Faults on demand, asked before the driver performs an arc.</summary>
public interface IArcFaults
{
    /// <summary>True when the arc that was refused last leaves the device in ERROR.</summary>
    bool BreaksDevice { get; }

    /// <summary>An errno instead of the arc; <see cref="Errno.None"/> lets it happen.</summary>
    Errno BeforeArc(VfioDeviceState from, VfioDeviceState to);
}
