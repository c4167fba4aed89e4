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
        FaultRule? due = FindDue((from, to), static (rule, arc) =>
            rule.Kind == FaultKind.Arc && rule.From == arc.from && rule.To == arc.to && rule.IsDue());
        BreaksDevice = due?.Breaks ?? false;
        return due?.Error ?? Errno.None;
    }

    /// <summary>An errno instead of a read or a write of a region; none lets it happen.</summary>
    public Errno BeforeAccess(FaultKind access, int region) => FindDueAccess(access, region)?.Error ?? Errno.None;

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
                : rule.IsDue() ? rule.Error
                : wanted;
        }

        return wanted;
    }

    /// <summary>True when the mark of a write is to be lost.</summary>
    public bool LosesMark() => FindDue(FaultKind.LoseDirty) is not null;

    /// <summary>The byte at which the next migration's connection breaks; null for none.</summary>
    public long? TakeCut() => FindDue(FaultKind.Cut)?.At;

    private FaultRule? FindDueAccess(FaultKind kind, int region) => FindDue((kind, region), static (rule, access) =>
        rule.Kind == access.kind && (rule.Region < 0 || rule.Region == access.region) && rule.IsDue());

    private FaultRule? FindDue(FaultKind kind) => FindDue(kind, static (rule, wanted) => rule.Kind == wanted && rule.IsDue());
}
