using VfioMigration.Compatibility;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.HisiAcc;

/// <summary>
/// Judges the match data with the write that completes it, while the source may still be in PRE_COPY: EINVAL, and the stream stays refused. The state
/// is passed on, checked, and kept until the arc to STOP.
/// </summary>
internal sealed class HisiAccResumingStream(HisiAccDevice device, ResumingStream state, Action<string> report) : ResumingStream
{
    private readonly byte[] match = new byte[HisiAccMatchData.Size];
    private int filled;
    private string? refusal;

    public override Errno Write(ReadOnlySpan<byte> source)
    {
        if (refusal is not null)
        {
            return Errno.EINVAL;
        }

        int count = Math.Min(source.Length, match.Length - filled);
        source[..count].CopyTo(match.AsSpan(filled));
        filled += count;
        if (count > 0 && filled == match.Length && FindMismatch() is { } mismatch)
        {
            refusal = $"state refused: {mismatch}";
            report($"migration: {refusal}");
            return Errno.EINVAL;
        }

        return count == source.Length ? Errno.None : state.Write(source[count..]);
    }

    /// <summary>Why this is not the beginning of a state, or null.</summary>
    internal string? FindProblem() =>
        refusal ?? (filled < match.Length ? $"{match.Length - filled} of {match.Length} bytes of the match data are missing" : null);

    private string? FindMismatch()
    {
        if (HisiAccMatchData.Read(match) is not { } source)
        {
            return "hisi_acc: not accelerator match data (magic)";
        }

        Verdict verdict = device.Compatibility.Judge(HisiAccCompatibility.Describe(source));
        return verdict.IsAccepted ? null : verdict.Reason;
    }
}
