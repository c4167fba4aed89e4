using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Workloads;

namespace Acme;

/// <summary>What a guest does with a card: it writes lines into its memory.</summary>
internal sealed class AcmeWorkload(AcmeDevice card, GuestMemory memory, WorkloadOptions options)
    : DeviceWorkload(card, memory, options, ("card memory", () => card.Memory.Content))
{
    private const int LineBytes = 256;

    public override Errno Start() => Errno.None;

    protected override Errno DoStep()
    {
        Span<byte> line = stackalloc byte[LineBytes];
        Random.Fill(line);
        int at = Random.NextIndex(card.Memory.Length / LineBytes) * LineBytes;
        Errno error = Device.WriteRegion(0, (ulong)at, line);
        if (error == Errno.None)
        {
            Shadows[1].Write(at, line);
        }

        return error;
    }

    protected override void SaveProgram(StateWriter writer)
    {
    }

    protected override void LoadProgram(ref StateReader reader)
    {
    }
}
