using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;

namespace VfioMigration.Vfio;

/// <summary>The wait for the users of a device that is being removed.</summary>
public partial class VfioDevice
{
    /// <summary>In the caller's turn, which ends. The module reference is dropped first: the waiter for the last user may unload it next.</summary>
    private void LeaveUse(bool wasOnly)
    {
        if (wasOnly)
        {
            usedModule?.Put();
            usedModule = null;
        }

        lock (gate)
        {
            users--;
            EndTurn();
        }
    }

    private void WaitUntilUnused(KernfsCaller caller)
    {
        bool isRequestDue = true;
        bool wasReported = false;
        using CancellationTokenRegistration signal = caller.Interrupted.Register(() => Pulse(request: false));
        using ITimer requests = Clock.CreateTimer(_ => Pulse(request: true), null, RequestInterval, RequestInterval);
        while (true)
        {
            bool asks;
            bool reports;
            lock (gate)
            {
                while ((users > 0 || isChanging) && !isRequestDue && (wasReported || !caller.Interrupted.IsCancellationRequested))
                {
                    Monitor.Wait(gate);
                }

                if (users == 0 && !isChanging)
                {
                    return;
                }

                asks = isRequestDue;
                reports = !wasReported && caller.Interrupted.IsCancellationRequested;
                isRequestDue = false;
                wasReported |= reports;
            }

            if (asks)
            {
                CallOnRequest();
            }

            if (reports)
            {
                Device.Log(
                    LogLevels.Warning, $"Device is currently in use, task \"{caller.Command}\" ({caller.Pid}) blocked until device is released");
            }
        }

        void Pulse(bool request)
        {
            lock (gate)
            {
                isRequestDue |= request;
                Monitor.PulseAll(gate);
            }
        }
    }
}
