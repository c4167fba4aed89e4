using VfioMigration.Uapi;

namespace VfioMigration.Vmm.Tests.Support;

/// <summary>The way from one host to another; the first connection may have accidents.</summary>
internal sealed class TestPeer(TestHost from, TestHost to, Trip? sent = null, Trip? answered = null) : IMigrationPeer
{
    private bool wasUsed;

    public string Name => to.Name;

    internal Errno Refusal { get; set; }

    public Result<Stream> Connect(CancellationToken cancelled)
    {
        bool first = !wasUsed;
        wasUsed = true;
        return Refusal != Errno.None ? Refusal : from.Lab.Connect(from, to, first ? sent : null, first ? answered : null);
    }
}
