namespace VfioMigration.Sysfs;

/// <summary>
/// The device nodes that the kernel makes by itself (<c>drivers/base/devtmpfs.c</c>): one for each device with a <see cref="Device.Node"/>, from before its uevent "add" to before its uevent "remove".
/// </summary>
public sealed class Devtmpfs
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, Device> nodes = new(StringComparer.Ordinal);

    /// <summary>A node disappeared. Raised on the thread that removes the device.</summary>
    public event Action<Device>? NodeRemoved;

    /// <summary>Devices that have a node now, by the node's name.</summary>
    public IReadOnlyList<Device> Nodes
    {
        get
        {
            lock (gate)
            {
                return [.. nodes.Values];
            }
        }
    }

    internal void Add(Device device)
    {
        lock (gate)
        {
            nodes[device.Node!.Name] = device;
        }
    }

    internal void Remove(Device device)
    {
        lock (gate)
        {
            if (!nodes.TryGetValue(device.Node!.Name, out Device? found) || found != device || !nodes.Remove(device.Node.Name))
            {
                return;
            }
        }

        NodeRemoved?.Invoke(device);
    }
}
