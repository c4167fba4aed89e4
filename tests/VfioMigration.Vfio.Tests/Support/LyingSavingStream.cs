using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vfio.Tests.Support;

/// <summary>Claims a count whatever the room.</summary>
internal sealed class LyingSavingStream(int claim) : SavingStream
{
    public override ulong PendingBytes => 0;

    public override Result<int> Read(Span<byte> destination) => claim;
}
