using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Sdk.Devices;

/// <summary>Draws lines of pixels, keeps a list of what it drew in guest memory, and turns at registers.</summary>
public sealed class DisplayWorkload(DisplayDevice display, GuestMemory memory, WorkloadOptions options)
    : DeviceWorkload(display, memory, options, ("video memory", () => display.VideoMemory.Content))
{
    private const int LineBytes = 256;
    private const int EntryBytes = 16;

    public override Errno Start() => Errno.None;

    protected override Errno DoStep()
    {
        Span<byte> line = stackalloc byte[LineBytes];
        int at = Random.NextIndex(display.VideoMemory.Length / LineBytes) * LineBytes;
        Random.Fill(line);
        Errno error = Device.WriteRegion(0, (ulong)at, line);
        if (error != Errno.None)
        {
            return error;
        }

        Shadows[1].Write(at, line);
        Note(at);
        return display.RegisterCount == 0 ? Errno.None : TurnRegister();
    }

    protected override void SaveProgram(StateWriter writer)
    {
    }

    protected override void LoadProgram(ref StateReader reader)
    {
    }

    private void Note(int drawn)
    {
        int entry = (int)((Steps * EntryBytes) % (ulong)Memory.Length);
        Memory.Write(entry, (uint)drawn);
        Memory.Write(entry + sizeof(ulong), Steps);
        GuestShadow.Write(entry, (uint)drawn);
        GuestShadow.Write(entry + sizeof(ulong), Steps);
    }

    /// <summary>EBADMSG when the device does not keep what was written.</summary>
    private Errno TurnRegister()
    {
        Span<byte> written = stackalloc byte[sizeof(uint)];
        Span<byte> read = stackalloc byte[sizeof(uint)];
        ulong at = (ulong)Random.NextIndex(display.RegisterCount) * sizeof(uint);
        Random.Fill(written);
        Errno error = Device.WriteRegion(2, at, written);
        error = error == Errno.None ? Device.ReadRegion(2, at, read) : error;
        return error != Errno.None || read.SequenceEqual(written) ? error : Errno.EBADMSG;
    }
}
