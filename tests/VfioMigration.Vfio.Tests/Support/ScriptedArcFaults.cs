using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Faults;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vfio.Tests.Support;

/// <summary>Refuses one arc.</summary>
internal sealed class ScriptedArcFaults(VfioDeviceState from, VfioDeviceState to, Errno error, bool breaksDevice = false) : IMigrationFaults
{
    public bool BreaksDevice => breaksDevice;

    public Errno BeforeArc(VfioDeviceState left, VfioDeviceState reached) => (left, reached) == (from, to) ? error : Errno.None;

    public Result<int> BeforeStream(long position, int wanted) => wanted;
}
