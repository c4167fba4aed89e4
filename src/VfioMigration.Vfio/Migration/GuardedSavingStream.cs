using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Migration;

/// <summary>A driver's saving stream, called through its guard.</summary>
internal sealed class GuardedSavingStream(SavingStream stream, VendorGuard guard)
{
    internal VendorAnswer<ulong> PendingBytes() => guard.Call(VendorCall.Size, stream, static stream => (Result<ulong>)stream.PendingBytes);

    internal VendorAnswer<int> Read(Span<byte> destination) =>
        guard.Read(VendorCall.Stream, stream, destination, static (stream, destination) => stream.Read(destination));

    internal VendorAnswer<PrecopyInfo> GetPrecopyInfo() => guard.Call(VendorCall.Size, stream, static stream => stream.GetPrecopyInfo());

    /// <summary>The session has ended.</summary>
    internal void Release() => stream.Release();
}
