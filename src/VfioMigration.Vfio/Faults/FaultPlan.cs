using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Dma;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vfio.Faults;

/// <summary>The faults of one device.</summary>
public sealed class FaultPlan : FaultList<FaultRule>, IMigrationFaults, IDmaFaults
{
    public bool BreaksDevice { get; private set; }

    public Errno BeforeArc(VfioDeviceState from, VfioDeviceState to)
    {
        FaultRule? struck = FirstStruck((from, to), static (rule, arc) =>
            rule.Kind == FaultKind.Arc && rule.From == arc.from && rule.To == arc.to && rule.Strikes());
        BreaksDevice = struck?.Breaks ?? false;
        return struck?.Error ?? Errno.None;
    }

    /// <summary>An errno instead of a read or a write of a region; none lets it happen.</summary>
    public Errno BeforeAccess(FaultKind access, int region) => StruckAccess(access, region)?.Error ?? Errno.None;

    /// <summary>A short stream stays at its end; a torn one fails once.</summary>
    public Result<int> BeforeStream(long position, int wanted)
    {
        foreach (FaultRule rule in Rules)
        {
            if (rule.Kind != FaultKind.Stream || rule.IsSpent || rule.At >= position + wanted)
            {
                continue;
            }

            int before = (int)Math.Max(0, rule.At - position);
            return before > 0 || rule.Error == Errno.None ? before
                : rule.Strikes() ? rule.Error
                : wanted;
        }

        return wanted;
    }

    /// <summary>True when the mark of a write shall be lost.</summary>
    public bool LosesMark() => Struck(FaultKind.LoseDirty) is not null;

    /// <summary>The byte at which the next migration's connection breaks; null for none.</summary>
    public long? TakeCut() => Struck(FaultKind.Cut)?.At;

    private FaultRule? StruckAccess(FaultKind kind, int region) => FirstStruck((kind, region), static (rule, access) =>
        rule.Kind == access.kind && (rule.Region < 0 || rule.Region == access.region) && rule.Strikes());

    private FaultRule? Struck(FaultKind kind) => FirstStruck(kind, static (rule, wanted) => rule.Kind == wanted && rule.Strikes());
}
