using VfioMigration.Uapi;
using VfioMigration.Vmm;
using VfioMigration.Vmm.Source;

namespace VfioMigration.Daemon.Migration;

/// <summary>A peer whose first connection breaks after a number of bytes: a fault on demand.</summary>
internal sealed class CutPeer(IMigrationPeer inner, long bytes) : IMigrationPeer
{
    private bool wasCut;

    public string Name => inner.Name;

    public string? Problem => inner.Problem;

    public Result<Stream> Connect(CancellationToken cancelled)
    {
        Result<Stream> connected = inner.Connect(cancelled);
        if (wasCut || !connected.TryGet(out Stream stream))
        {
            return connected;
        }

        wasCut = true;
        return new CutStream(stream, bytes);
    }
}
