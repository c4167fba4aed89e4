using VfioMigration.Sysfs.Guards;

namespace VfioMigration.Vfio.Migration;

/// <summary>A driver's resuming stream, called through its guard.</summary>
internal sealed class GuardedResumingStream(ResumingStream stream, VendorGuard guard)
{
    internal VendorAnswer Write(ReadOnlySpan<byte> source) =>
        guard.Write(VendorCall.Stream, stream, source, static (stream, source) => stream.Write(source));

    /// <summary>The session has ended.</summary>
    internal void Release() => stream.Release();
}
