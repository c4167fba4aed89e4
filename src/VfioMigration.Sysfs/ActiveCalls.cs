using System.Runtime.InteropServices;

using VfioMigration.Sysfs.Kernfs;

namespace VfioMigration.Sysfs;

/// <summary>
/// How many shows and stores of a host are under way, and how many may be. An attribute may block for ever, and the server of the tree needs
/// a thread for each call; so a slow file costs only its readers, a slow device only its users, and the files below
/// <c>/sys/kernel/debug</c>, with which a fault is cleared and the log is read, count towards neither a device nor the host. The server
/// of the tree enters before a call and leaves after it. Allocates nothing while a call is admitted.
/// </summary>
public sealed class ActiveCalls
{
    /// <summary>Calls of one file.</summary>
    public const int MaxPerFile = 64;

    /// <summary>
    /// Calls of all files of a device, its types among them; of an object that belongs to no device, such as a driver, of its files. Not of those
    /// below <c>/sys/kernel/debug</c>.
    /// </summary>
    public const int MaxPerDevice = 128;

    /// <summary>Calls of all files of the host but those below <c>/sys/kernel/debug</c>.</summary>
    public const int MaxPerHost = 512;

    /// <summary>Guards the counters. A leaf: nothing is called while it is held.</summary>
    private readonly Lock gate = new();
    private readonly Dictionary<ulong, Counter> files = [];
    private readonly Dictionary<ulong, Counter> devices = [];
    private Counter host;

    /// <summary>Calls under way, those below <c>/sys/kernel/debug</c> included.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return files.Values.Sum(static counter => counter.Calls);
            }
        }
    }

    /// <summary>True for the files of the emulator itself.</summary>
    public static bool IsOwn(KernfsFile file) => file.Kobject.IsDebugfs;

    /// <summary>
    /// Counts a call of a file. False when a limit is reached; then <paramref name="refusal"/> is a message that names the device and the
    /// limit, or null when that was reported and the number has not halved since. Pairs with <see cref="Leave"/> when true.
    /// </summary>
    public bool TryEnter(KernfsFile file, out string? refusal)
    {
        Kobject device = DeviceOf(file);
        bool isOwn = device.IsDebugfs;
        Limit reached;
        lock (gate)
        {
            ref Counter ofFile = ref CollectionsMarshal.GetValueRefOrAddDefault(files, file.Ino, out _);
            ref Counter ofDevice = ref CollectionsMarshal.GetValueRefOrAddDefault(devices, device.LiveDirectory.Ino, out _);
            reached = ofFile.Calls >= MaxPerFile ? Limit.File
                : isOwn ? Limit.None
                : ofDevice.Calls >= MaxPerDevice ? Limit.Device
                : host.Calls >= MaxPerHost ? Limit.Host
                : Limit.None;
            if (reached == Limit.None)
            {
                ofFile.Calls++;
                ofDevice.Calls++;
                host.Calls += isOwn ? 0 : 1;
                refusal = null;
                return true;
            }

            ref Counter full = ref reached == Limit.File ? ref ofFile : ref reached == Limit.Device ? ref ofDevice : ref host;
            bool isKnown = full.IsReported;
            full.IsReported = true;
            RemoveUnused(files, file.Ino, ofFile);
            RemoveUnused(devices, device.LiveDirectory.Ino, ofDevice);
            if (isKnown)
            {
                refusal = null;
                return false;
            }
        }

        refusal = Describe(reached, device, file);
        return false;
    }

    /// <summary>The call has ended. Also after the file was removed.</summary>
    public void Leave(KernfsFile file)
    {
        Kobject device = DeviceOf(file);
        lock (gate)
        {
            Decrement(files, file.Ino, MaxPerFile);
            Decrement(devices, device.LiveDirectory.Ino, MaxPerDevice);
            if (!device.IsDebugfs)
            {
                host.Calls--;
                host.IsReported &= host.Calls > MaxPerHost / 2;
            }
        }
    }

    private static Kobject DeviceOf(KernfsFile file)
    {
        Kobject? at = file.Kobject;
        while (at is not null and not Device)
        {
            at = at.Parent;
        }

        return at ?? file.Kobject;
    }

    private static void RemoveUnused(Dictionary<ulong, Counter> counters, ulong key, in Counter counter)
    {
        if (counter.Calls == 0)
        {
            counters.Remove(key);
        }
    }

    private static void Decrement(Dictionary<ulong, Counter> counters, ulong key, int max)
    {
        ref Counter counter = ref CollectionsMarshal.GetValueRefOrNullRef(counters, key);
        counter.Calls--;
        counter.IsReported &= counter.Calls > max / 2;
        RemoveUnused(counters, key, counter);
    }

    private static string Describe(Limit reached, Kobject device, KernfsFile file) => reached switch
    {
        Limit.File => $"{device.Name}: the limit of {MaxPerFile} blocked calls per file is reached on {KernfsRoot.PathOf(file)}",
        Limit.Device => $"{device.Name}: the limit of {MaxPerDevice} blocked calls per device is reached on {KernfsRoot.PathOf(file)}",
        _ => $"{device.Name}: the limit of {MaxPerHost} blocked calls per host is reached on {KernfsRoot.PathOf(file)}",
    };

    private enum Limit
    {
        None,
        File,
        Device,
        Host,
    }

    private struct Counter
    {
        internal int Calls;
        internal bool IsReported;
    }
}
