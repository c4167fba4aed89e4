using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Dma;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.Benchmarks.Serving;

/// <summary>A device that is nothing but memory.</summary>
internal sealed class LargeDevice : IMigratableDevice
{
    private readonly DeviceMemory memory;

    private LargeDevice(int size) => memory = new DeviceMemory(size);

    public string StateDescription => "large";

    public (ushort Major, ushort Minor) StateVersion => (1, 0);

    public IReadOnlyList<DeviceMemory> StateMemory => [memory];

    internal static MigrationStateMachine Create(int size, bool filled)
    {
        var device = new LargeDevice(size);
        byte[] page = new byte[Page.Size];
        for (int at = 0; at < size; at += page.Length)
        {
            page.AsSpan().Fill(filled ? (byte)(at >> 12) : (byte)0);
            device.memory.Write(at, page);
        }

        var guard = new VendorGuard(new VendorCalls(TimeProvider.System), static _ => { });
        return new MigrationStateMachine(new DeviceStateMigration(device, VfioMigrationFlags.None, static _ => { }), new DmaWindow(), guard);
    }

    public Errno Pause() => Errno.None;

    public Errno Continue() => Errno.None;

    public void SaveState(StateWriter writer) => writer.Write((uint)1);

    public bool TryLoadState(ref StateReader reader, ushort minor) => reader.ReadUInt32() == 1 && reader.IsComplete;

    public Errno ResetState() => Errno.None;
}
