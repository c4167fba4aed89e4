using VfioMigration.Posix;

namespace VfioMigration.DevVfio.Clients;

/// <summary>
/// The address space of a process, open as long as a mapping of it exists: a VMM makes thousands of mappings, and has one address space. A process that has executed another program gets a new one.
/// </summary>
internal sealed class SharedAddressSpace
{
    private readonly Lock gate = new();
    private readonly Action<SharedAddressSpace> unused;
    private int users = 1;

    internal SharedAddressSpace(ProcessAddressSpace space, Action<SharedAddressSpace> unused)
    {
        Space = space;
        this.unused = unused;
    }

    internal ProcessAddressSpace Space { get; }

    internal void Release()
    {
        lock (gate)
        {
            if (--users > 0)
            {
                return;
            }
        }

        unused(this);
        Space.Dispose();
    }

    /// <summary>False when it has no user any more. Pairs with <see cref="Release"/>.</summary>
    internal bool TryUse()
    {
        lock (gate)
        {
            users += users > 0 ? 1 : 0;
            return users > 0;
        }
    }
}
