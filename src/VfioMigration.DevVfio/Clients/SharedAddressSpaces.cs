using System.Collections.Concurrent;

using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.DevVfio.Clients;

/// <summary>The address spaces of clients that devices may reach now.</summary>
internal sealed class SharedAddressSpaces
{
    private readonly ConcurrentDictionary<int, SharedAddressSpace> byProcess = new();

    /// <summary>Pairs with <see cref="SharedAddressSpace.Release"/>. Errors as <see cref="ProcessAddressSpace.Open"/>.</summary>
    /// <param name="thread">Of the process, waiting in a system call.</param>
    /// <param name="process">Its process.</param>
    /// <param name="probe">An address that may exist in it.</param>
    internal Result<SharedAddressSpace> Take(int thread, int process, ulong probe)
    {
        if (byProcess.TryGetValue(process, out SharedAddressSpace? known) && known.Space.IsAlive(probe) && known.TryUse())
        {
            return known;
        }

        if (!ProcessAddressSpace.Open(thread).TryGet(out ProcessAddressSpace opened, out Errno error))
        {
            return error;
        }

        var made = new SharedAddressSpace(opened, unused => byProcess.TryRemove(KeyValuePair.Create(process, unused)));
        byProcess[process] = made;
        return made;
    }
}
