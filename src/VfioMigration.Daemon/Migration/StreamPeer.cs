using VfioMigration.Uapi;
using VfioMigration.Vmm;

namespace VfioMigration.Daemon.Migration;

/// <summary>A connection that exists once, such as a pair of pipes.</summary>
internal sealed class StreamPeer(Stream stream) : IMigrationPeer
{
    private Stream? left = stream;

    public string Name => "the stream";

    public Result<Stream> Connect(CancellationToken cancelled) => Interlocked.Exchange(ref left, null) is { } once ? once : Errno.ENOTCONN;
}
