using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.Mtty;

/// <summary>The header, and the ports once they were added. The temporary end in PRE_COPY reads as 0, as measured.</summary>
internal sealed class MttySavingStream : SavingStream
{
    private readonly MttyDevice device;
    private readonly byte[] bytes;
    private int filled = MttySavedState.HeaderSize;
    private int position;

    internal MttySavingStream(MttyDevice device)
    {
        this.device = device;
        bytes = new byte[MttySavedState.SizeFor(device.Ports.Count)];
        MttySavedState.WriteHeader(bytes, device.Ports.Count);
    }

    public override ulong PendingBytes => (ulong)(filled - position);

    public override Result<int> Read(Span<byte> destination)
    {
        int count = Math.Min(destination.Length, filled - position);
        bytes.AsSpan(position, count).CopyTo(destination);
        position += count;
        return count;
    }

    public override Result<PrecopyInfo> GetPrecopyInfo() => new PrecopyInfo((ulong)Math.Max(0, MttySavedState.HeaderSize - position), 0);

    /// <summary>The device has stopped: its ports are what they will be on the other side.</summary>
    internal void AddPorts()
    {
        device.Save(bytes.AsSpan(MttySavedState.HeaderSize));
        filled = bytes.Length;
    }
}
