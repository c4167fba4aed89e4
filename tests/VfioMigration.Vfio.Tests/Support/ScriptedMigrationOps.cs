using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vfio.Tests.Support;

/// <summary>A driver that notes what it is asked to do and does what the test says.</summary>
internal sealed class ScriptedMigrationOps(VfioMigrationFlags flags = FeatureSets.Everything) : VfioMigrationOps
{
    /// <summary>Every call, such as <c>STOP &gt; RUNNING</c>, <c>save in STOP_COPY</c>, <c>resume</c> and <c>reset</c>.</summary>
    internal List<string> Calls { get; } = [];

    /// <summary>Asked before an arc; the errno is the arc's.</summary>
    internal Func<VfioDeviceState, VfioDeviceState, Errno> OnArc { get; set; } = static (_, _) => Errno.None;

    internal Action OnLength { get; set; } = static () => { };

    internal Action OnReset { get; set; } = static () => { };

    internal Func<VfioDeviceState, SavingStream> Saving { get; set; } = static _ => new ChunkedSavingStream();

    internal Func<ResumingStream> Resuming { get; set; } = static () => new CollectingResumingStream();

    internal bool Broken { get; set; }

    internal ulong Length { get; set; } = 96;

    public override VfioMigrationFlags Flags => flags;

    public override ulong StopCopyLength
    {
        get
        {
            OnLength();
            return Length;
        }
    }

    public override bool IsBroken => Broken;

    /// <summary>The calls since the last time.</summary>
    internal string[] TakeCalls()
    {
        string[] taken = [.. Calls];
        Calls.Clear();
        return taken;
    }

    public override Errno PerformArc(VfioDeviceState from, VfioDeviceState to)
    {
        Calls.Add($"{from.Name()} > {to.Name()}");
        return OnArc(from, to);
    }

    public override SavingStream BeginSaving(VfioDeviceState state)
    {
        Calls.Add($"save in {state.Name()}");
        return Saving(state);
    }

    public override ResumingStream BeginResuming()
    {
        Calls.Add("resume");
        return Resuming();
    }

    public override Errno Reset()
    {
        Calls.Add("reset");
        OnReset();
        return Errno.None;
    }
}
