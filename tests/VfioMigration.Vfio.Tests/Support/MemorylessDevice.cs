using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Dma;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.Vfio.Tests.Support;

/// <summary>A device that is one register.</summary>
internal sealed class MemorylessDevice : IMigratableDevice
{
    internal MemorylessDevice() =>
        Machine = new MigrationStateMachine(
            new DeviceStateMigration(this, FeatureSets.StopCopy, static _ => { }), new DmaWindow(), new VendorGuard(new VendorCalls(TimeProvider.System), static _ => { }));

    public string StateDescription => "";

    public (ushort Major, ushort Minor) StateVersion => (0, 0);

    public IReadOnlyList<DeviceMemory> StateMemory => [];

    internal MigrationStateMachine Machine { get; }

    internal uint Register { get; set; }

    public Errno Pause() => Errno.None;

    public Errno Continue() => Errno.None;

    public void SaveState(StateWriter writer) => writer.Write(Register);

    public bool TryLoadState(ref StateReader reader, ushort minor)
    {
        Register = reader.ReadUInt32();
        return reader.IsComplete;
    }

    public Errno ResetState()
    {
        Register = 0;
        return Errno.None;
    }
}
