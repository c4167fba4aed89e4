using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Migration;

/// <summary>
/// The state of a device as a driver takes it. One call at a time, never together with an arc of the same device.
/// </summary>
public abstract class ResumingStream
{
    private int claimed;

    /// <summary>True when no session has the stream: it serves one at a time. Pairs with <see cref="Release"/>.</summary>
    internal bool TryClaim() => Interlocked.Exchange(ref claimed, 1) == 0;

    internal void Release() => Volatile.Write(ref claimed, 0);

    /// <summary>
    /// Takes all of the bytes, in the order in which they were saved and cut in any way, or none of them and returns the reason: what a driver can check
    /// early, such as a foreign device, it should refuse here. What is missing is found by the arc to STOP.
    /// </summary>
    public abstract Errno Write(ReadOnlySpan<byte> source);
}
