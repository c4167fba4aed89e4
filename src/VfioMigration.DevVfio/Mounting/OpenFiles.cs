using System.Collections.Concurrent;
using VfioMigration.DevVfio.Clients;

namespace VfioMigration.DevVfio.Mounting;

/// <summary>Open files by the handle that the kernel has. A handle is never used twice.</summary>
internal sealed class OpenFiles
{
    private readonly ConcurrentDictionary<ulong, DevVfioFile> files = new();
    private ulong lastHandle;

    internal int Count => files.Count;

    internal ulong Add(DevVfioFile file)
    {
        ulong handle = Interlocked.Increment(ref lastHandle);
        files[handle] = file;
        return handle;
    }

    internal DevVfioFile? Find(ulong handle) => files.GetValueOrDefault(handle);

    /// <summary>Null when it was removed already.</summary>
    internal DevVfioFile? Remove(ulong handle) => files.TryRemove(handle, out DevVfioFile? file) ? file : null;

    /// <summary>Devices first: groups and containers are used by them.</summary>
    internal IReadOnlyList<DevVfioFile> RemoveAll()
    {
        DevVfioFile?[] removed = [.. files.Keys.Select(Remove)];
        return [.. removed.OfType<DevVfioFile>().OrderBy(static file => file.Kind is VfioFileKind.Device or VfioFileKind.MigrationData ? 0 : 1)];
    }
}
