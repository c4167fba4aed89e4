using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.HisiAcc;

/// <summary>The match data, then the state.</summary>
internal sealed class HisiAccSavingStream(byte[] match, SavingStream state) : SavingStream
{
    private int position;

    public override ulong PendingBytes => (ulong)MatchDataLeft + state.PendingBytes;

    internal int MatchDataLeft => match.Length - position;

    public override Result<int> Read(Span<byte> destination)
    {
        if (MatchDataLeft == 0)
        {
            return state.Read(destination);
        }

        int count = Math.Min(destination.Length, MatchDataLeft);
        match.AsSpan(position, count).CopyTo(destination);
        position += count;
        return count;
    }

    public override Result<PrecopyInfo> GetPrecopyInfo() =>
        state.GetPrecopyInfo().TryGet(out PrecopyInfo info, out Errno error)
            ? info with { InitialBytes = info.InitialBytes + (ulong)MatchDataLeft }
            : error;
}
