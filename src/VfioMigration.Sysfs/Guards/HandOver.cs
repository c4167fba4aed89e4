using System.Runtime.ExceptionServices;

using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Guards;

/// <summary>Work that a worker does while its caller waits.</summary>
internal sealed class HandOver(Action work)
{
    private readonly object gate = new();
    private ExceptionDispatchInfo? thrown;
    private Errno? outcome;

    /// <summary>On the worker.</summary>
    internal void Do()
    {
        ExceptionDispatchInfo? bug = null;
        try
        {
            work();
        }
        catch (Exception caught)
        {
            bug = ExceptionDispatchInfo.Capture(caught);
        }

        End(Errno.None, bug);
    }

    /// <summary>Releases the caller, whatever the worker does. Only the first result is used.</summary>
    internal void End(Errno how, ExceptionDispatchInfo? bug = null)
    {
        lock (gate)
        {
            if (outcome is null)
            {
                outcome = how;
                thrown = bug;
                Monitor.Pulse(gate);
            }
        }
    }

    internal Errno Wait()
    {
        lock (gate)
        {
            while (outcome is null)
            {
                Monitor.Wait(gate);
            }
        }

        thrown?.Throw();
        return outcome.Value;
    }
}
