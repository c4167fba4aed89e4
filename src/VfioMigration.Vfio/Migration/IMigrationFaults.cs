using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vfio.Migration;

/// <summary>Injected faults in the migration of a device.</summary>
public interface IMigrationFaults
{
    /// <summary>True when the arc that was refused last leaves the device in ERROR.</summary>
    bool BreaksDevice { get; }

    /// <summary>An errno instead of the arc; <see cref="Errno.None"/> lets it happen.</summary>
    Errno BeforeArc(VfioDeviceState from, VfioDeviceState to);

    /// <summary>
    /// How many of the bytes may pass, for a stream of which <paramref name="position"/> bytes passed before: 0 ends a saving stream early; an
    /// errno tears it.
    /// </summary>
    Result<int> BeforeStream(long position, int wanted);
}
