using System.Globalization;
using System.Text;
using VfioMigration.DevVfio.Clients;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.DevVfio.Mounting;

/// <summary>
/// The nodes of one mount. A device that has a node keeps it, with the owner and mode that were given to it, until it goes; a new device of the same name begins anew. Files that were opened for a client
/// have a name that begins with <c>@</c> until their descriptor is made; no listing shows them.
/// </summary>
internal sealed class DevNodeTable(DevVfioHost host, uint owner, uint group)
{
    internal const string DevicesFolder = "devices";
    private const ulong RootId = 1;

    private readonly Lock gate = new();
    private readonly Dictionary<Device, DevNode> byDevice = [];
    private readonly Dictionary<ulong, DevNode> byId = [];
    private readonly Dictionary<string, DevNode> waiting = [];
    private readonly DevNode root = new(RootId, "", null, FileType.S_IFDIR, FileModes.Octal(755)) { Uid = owner, Gid = group };
    private DevNode? devices;
    private ulong lastId = RootId;

    internal DevNode Root => root;

    /// <summary>The node of an id that the kernel knows, or may hear of; null when it was forgotten.</summary>
    internal DevNode? Find(ulong id)
    {
        lock (gate)
        {
            return id == RootId ? root : byId.GetValueOrDefault(id);
        }
    }

    /// <summary>A child by its name; null when there is none. Counts a lookup.</summary>
    internal DevNode? Lookup(DevNode parent, ReadOnlySpan<byte> name)
    {
        string text = Encoding.UTF8.GetString(name);
        lock (gate)
        {
            DevNode? found = (parent == root ? waiting.GetValueOrDefault(text) : null) ?? Children(parent, hidden: true).FirstOrDefault(child => child.Name == text);
            if (found is not null)
            {
                found.Lookups++;
                byId[found.Id] = found;
            }

            return found;
        }
    }

    internal void Forget(ulong id, ulong count)
    {
        lock (gate)
        {
            if (byId.TryGetValue(id, out DevNode? node))
            {
                node.Lookups -= Math.Min(count, node.Lookups);
                if (node.Lookups == 0 && !IsShown(node))
                {
                    byId.Remove(id);
                }
            }
        }
    }

    /// <summary>What a folder lists.</summary>
    internal IReadOnlyList<DevNode> List(DevNode parent)
    {
        lock (gate)
        {
            return Children(parent, hidden: false);
        }
    }

    /// <summary>A name under which a file can be opened once.</summary>
    internal DevNode AddWaiting(DevVfioFile file)
    {
        lock (gate)
        {
            ulong id = ++lastId;
            var node = new DevNode(id, string.Create(CultureInfo.InvariantCulture, $"@{id}"), null, FileType.S_IFREG, FileModes.Octal(600), file) { Uid = owner, Gid = group };
            waiting[node.Name] = node;
            return node;
        }
    }

    /// <summary>The name is gone, opened or not.</summary>
    internal void RemoveWaiting(DevNode node)
    {
        lock (gate)
        {
            waiting.Remove(node.Name);
        }
    }

    private List<DevNode> Children(DevNode parent, bool hidden)
    {
        Device[] all = [.. host.Nodes];
        foreach (Device gone in byDevice.Keys.Except(all).ToArray())
        {
            byDevice.Remove(gone);
        }

        var children = new List<DevNode>();
        bool hasDevices = false;
        foreach (Device device in all)
        {
            string name = DevVfioHost.NameOf(device);
            bool isInDevices = name.StartsWith(DevicesFolder + "/", StringComparison.Ordinal);
            hasDevices |= isInDevices;
            if (isInDevices == (parent == devices) && (hidden || !name.StartsWith('@')) && NodeOf(device, isInDevices ? name[(DevicesFolder.Length + 1)..] : name) is { IsUnlinked: false } node)
            {
                children.Add(node);
            }
        }

        if (parent == root && hasDevices)
        {
            devices ??= Remember(new DevNode(++lastId, DevicesFolder, null, FileType.S_IFDIR, FileModes.Octal(755)) { Uid = owner, Gid = group });
            children.Add(devices);
        }

        return children;
    }

    private DevNode NodeOf(Device device, string name)
    {
        if (!byDevice.TryGetValue(device, out DevNode? node))
        {
            byDevice[device] = node = Remember(new DevNode(++lastId, name, device, FileType.S_IFREG, device.Node!.Mode ?? FileModes.Octal(600)) { Uid = owner, Gid = group });
        }

        return node;
    }

    private DevNode Remember(DevNode node) => byId[node.Id] = node;

    private bool IsShown(DevNode node) => node == devices || (node.Device is not null && byDevice.GetValueOrDefault(node.Device) == node);
}
