using System.Runtime.CompilerServices;

using VfioMigration.Sdk;
using VfioMigration.Sysfs;

namespace VfioMigration.TestDrivers.Broken;

/// <summary>
/// The one member of the driver that misbehaves, chosen by the options <c>member</c> (<c>SavingStream.Read</c>) and <c>kind</c>: <c>throws</c>, <c>hangs</c>,
/// <c>out-of-memory</c>, or one of <see cref="AbsurdValues.KindsOf"/>. Its first call leaves a line in the kernel log.
/// </summary>
internal sealed class FaultPoint(VendorContext context)
{
    /// <summary>Longer than the limit that tests configure for a hang; the call comes back late after it.</summary>
    private static readonly TimeSpan HangTime = TimeSpan.FromMilliseconds(700);

    private readonly string member = context.Options.GetText("member", "");
    private readonly string kind = context.Options.GetText("kind", "");
    private int calls;

    /// <summary>The answer of a member: the right one, unless it is the chosen member.</summary>
    /// <param name="value">The right one.</param>
    /// <param name="name">Of the member, with its interface or class.</param>
    /// <param name="foreign">The answer of another device, where there is such a thing.</param>
    internal T Answer<T>(T value, string name, Func<object?>? foreign = null)
    {
        if (!IsChosen(name))
        {
            return value;
        }

        Misbehave();
        return (T)AbsurdValues.Make(typeof(T), kind, value, foreign)!;
    }

    /// <summary>A member without an answer.</summary>
    internal void Act(string name)
    {
        if (IsChosen(name))
        {
            Misbehave();
        }
    }

    /// <summary>True when the member is the chosen one.</summary>
    internal bool Is(string name) => name == member;

    private bool IsChosen(string name)
    {
        if (!Is(name))
        {
            return false;
        }

        if (Interlocked.Increment(ref calls) == 1)
        {
            context.Core.Log.Write(LogLevels.Info, $"broken: {member} {kind}");
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Misbehave()
    {
        switch (kind)
        {
            case "throws":
                throw new InvalidOperationException(member);
            case "out-of-memory":
                throw new InsufficientMemoryException(member);
            case "hangs":
                Thread.Sleep(HangTime);
                break;
        }
    }
}
