using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.TestDrivers.Broken;

/// <summary>Writes lines into the card and reads them back.</summary>
internal sealed class BrokenWorkload(BrokenDevice device, GuestMemory memory, WorkloadOptions options, FaultPoint point)
    : DeviceWorkload(device, memory, options, ("device memory", () => Content(device, point)))
{
    private const int LineBytes = 64;

    private readonly byte[] back = new byte[LineBytes];

    public override Errno Start() => point.Answer(Errno.None, "DeviceWorkload.Start");

    protected override Errno DoStep()
    {
        Span<byte> line = stackalloc byte[LineBytes];
        Random.Fill(line);
        int at = Random.NextIndex(BrokenDevice.MemoryBytes / LineBytes) * LineBytes;
        Errno error = Device.WriteRegion(0, (ulong)at, line);
        if (error == Errno.None)
        {
            Shadows[1].Write(at, line);
            error = Device.ReadRegion(0, (ulong)at, back);
        }

        return point.Answer(error, "DeviceWorkload.DoStep");
    }

    protected override void SaveProgram(StateWriter writer)
    {
        point.Act("DeviceWorkload.SaveProgram");
        writer.Write(back);
    }

    protected override void LoadProgram(ref StateReader reader)
    {
        point.Act("DeviceWorkload.LoadProgram");
        reader.ReadBytes(LineBytes).CopyTo(back);
    }

    /// <summary>Shorter or longer than it was, when that is the fault.</summary>
    private static ReadOnlySpan<byte> Content(BrokenDevice device, FaultPoint point)
    {
        int length = point.Answer(BrokenDevice.MemoryBytes, "MemoryContent.Invoke");
        return length == BrokenDevice.MemoryBytes ? device.Memory.Content : new byte[Math.Clamp(length, 0, 2 * BrokenDevice.MemoryBytes)];
    }
}
