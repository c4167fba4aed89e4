using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Sdk.Devices;

/// <summary>Writes lines into a device that has nothing but memory in BAR 0.</summary>
public sealed class MemoryWorkload(VfioDevice device, DeviceMemory deviceMemory, GuestMemory memory, WorkloadOptions options)
    : DeviceWorkload(device, memory, options, ("device memory", () => deviceMemory.Content))
{
    private const int LineBytes = 256;

    public override Errno Start() => Errno.None;

    protected override Errno DoStep()
    {
        Span<byte> line = stackalloc byte[LineBytes];
        Random.Fill(line);
        int at = Random.NextIndex(deviceMemory.Length / LineBytes) * LineBytes;
        Errno error = Device.WriteRegion(0, (ulong)at, line);
        if (error == Errno.None)
        {
            Shadows[1].Write(at, line);
        }

        return error;
    }

    protected override void SaveProgram(StateWriter writer)
    {
    }

    protected override void LoadProgram(ref StateReader reader)
    {
    }
}
