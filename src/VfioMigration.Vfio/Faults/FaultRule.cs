using System.Globalization;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vfio.Faults;

/// <summary>
/// One fault, as written: <c>arc FROM TO ERRNO [break]</c>, <c>read REGION ERRNO</c>, <c>write REGION ERRNO</c>, <c>stream ERRNO at=BYTE</c>, <c>stream short at=BYTE</c>,
/// <c>lose-dirty</c>, <c>cut at=BYTE</c>. With <c>n=K</c> the K-th occasion from now on, else the first; <c>lose-dirty n=K</c> loses every K-th mark. A
/// fault happens once, lost marks until cleared.
/// </summary>
public sealed class FaultRule
{
    private int occasions;
    private bool isSpent;

    private FaultRule(string text, FaultKind kind) => (Text, Kind) = (text, kind);

    /// <summary>As written.</summary>
    public string Text { get; }

    public FaultKind Kind { get; }

    /// <summary>What happens instead; none for a stream that ends early.</summary>
    public Errno Error { get; private init; }

    /// <summary>The arc.</summary>
    public VfioDeviceState From { get; private init; }

    /// <summary>The arc.</summary>
    public VfioDeviceState To { get; private init; }

    /// <summary>The region; negative for any.</summary>
    public int Region { get; private init; }

    /// <summary>Which occasion.</summary>
    public int Occasion { get; private init; }

    /// <summary>The byte of the stream.</summary>
    public long At { get; private init; }

    /// <summary>The device is in ERROR afterwards.</summary>
    public bool Breaks { get; private init; }

    /// <summary>Null with an error message for what is no rule.</summary>
    public static FaultRule? Parse(string text, out string? problem)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] plain = [.. words.Where(word => !word.Contains('='))];
        problem = null;
        if (!FaultNumbers.TryRead(words, "n", 1, out long n) || !FaultNumbers.TryRead(words, "at", 0, out long at) || n is < 1 or > int.MaxValue)
        {
            problem = "n=K and at=BYTE must be integers, n from 1, at from 0";
            return null;
        }

        FaultRule? rule = plain switch
        {
            ["arc", var from, var to, var errno, .. var rest] when State(from) is { } f && State(to) is { } t && ErrnoNames.TryParse(errno, out Errno e)
                && rest is [] or ["break"] =>
                new FaultRule(text, FaultKind.Arc) { From = f, To = t, Error = e, Occasion = (int)n, Breaks = rest.Length == 1 },
            ["read" or "write", var region, var errno] when (region == "*" || int.TryParse(region, NumberStyles.None, null, out _)) && ErrnoNames.TryParse(errno, out Errno e) =>
                new FaultRule(text, plain[0] == "read" ? FaultKind.Read : FaultKind.Write)
                {
                    Region = region == "*" ? -1 : int.Parse(region, CultureInfo.InvariantCulture),
                    Error = e,
                    Occasion = (int)n,
                },
            ["stream", "short"] => new FaultRule(text, FaultKind.Stream) { At = at, Occasion = 1 },
            ["stream", var errno] when ErrnoNames.TryParse(errno, out Errno e) => new FaultRule(text, FaultKind.Stream) { At = at, Error = e, Occasion = 1 },
            ["lose-dirty"] => new FaultRule(text, FaultKind.LoseDirty) { Occasion = (int)n },
            ["cut"] => new FaultRule(text, FaultKind.Cut) { At = at, Occasion = 1 },
            _ => null,
        };
        problem = rule is null
            ? "expected: arc FROM TO ERRNO [break] | read REGION|* ERRNO | write REGION|* ERRNO | stream ERRNO|short at=BYTE | lose-dirty | cut at=BYTE, with n=K where it applies"
            : null;
        return rule;
    }

    /// <summary>True once, at the occasion; for lost marks at every K-th.</summary>
    internal bool IsDue()
    {
        int now = Interlocked.Increment(ref occasions);
        if (Kind == FaultKind.LoseDirty)
        {
            return now % Occasion == 0;
        }

        return now == Occasion && !Interlocked.Exchange(ref isSpent, true);
    }

    /// <summary>True when it has happened.</summary>
    public bool IsSpent => Volatile.Read(ref isSpent);

    private static VfioDeviceState? State(string name) =>
        DeviceStateNames.Parse(System.Text.Encoding.ASCII.GetBytes(name)).TryGet(out VfioDeviceState state) ? state : null;
}
