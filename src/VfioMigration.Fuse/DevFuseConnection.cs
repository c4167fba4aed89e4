using System.Runtime.InteropServices;

using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Fuse;

/// <summary>The kernel's end: one read(2) is one request, one write(2) is one reply.</summary>
public sealed class DevFuseConnection(FileDescriptor device) : IFuseConnection
{
    /// <summary>Waits also on a device that another process has set to O_NONBLOCK.</summary>
    public Result<int> Receive(Span<byte> buffer)
    {
        Result<int> received = device.Read(buffer);
        if (received.Error == Errno.EAGAIN)
        {
            device.Poll(PollEvents.POLLIN, Timeout.Infinite);
        }

        return received;
    }

    public Errno Send(ReadOnlySpan<byte> message) => device.Write(message).Error;

    public Result<int> OpenBacking(SafeHandle file) => DevFuse.OpenBacking(device, file);

    public void CloseBacking(int id) => DevFuse.CloseBacking(device, id);

    public void Dispose() => device.Dispose();
}
