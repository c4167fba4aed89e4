using VfioMigration.DevVfio;
using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Cli;

/// <summary>
/// A <c>/dev</c> of the command's own: the machine's entries, bound one by one, and <c>/dev/vfio</c> of the simulated host. The machine's own <c>/dev/vfio</c>, <c>/dev/iommu</c> and what is named in addition are left out.
/// </summary>
internal static class DevAssembly
{
    private const string Dev = "/dev";
    private const string VfioFolder = "vfio";

    /// <summary>Replaces /dev in this mount namespace; null, or why it cannot be done, and then /dev is as it was.</summary>
    /// <param name="device">An unconnected FUSE device, which gets mounted.</param>
    /// <param name="hidden">Names of entries to leave out.</param>
    internal static string? Replace(FileDescriptor device, IReadOnlyCollection<string> hidden)
    {
        // A place that exists everywhere and is covered again at once.
        const string Place = "/proc/fs";
        Errno error = MountNamespace.MountTemporary(Directory.Exists(Place) ? Place : "/tmp", "mode=0755,size=64k");
        string place = Directory.Exists(Place) ? Place : "/tmp";
        if (error != Errno.None)
        {
            return $"cannot mount a {Dev} for the command: {error.Text()}";
        }

        foreach (string entry in Directory.EnumerateFileSystemEntries(Dev))
        {
            string name = Path.GetFileName(entry);
            if (name is not (VfioFolder or "iommu") && !hidden.Contains(name))
            {
                Show(entry, $"{place}/{name}");
            }
        }

        Directory.CreateDirectory($"{place}/{VfioFolder}");
        error = FuseMount.Mount(device, "vfiomig", $"{place}/{VfioFolder}", allowsOthers: UserNamespace.IsInitial);
        error = error == Errno.None ? MountNamespace.Move(place, Dev) : error;
        if (error != Errno.None)
        {
            _ = FuseMount.Detach(place);
            return $"cannot mount {Dev}/{VfioFolder}: {error.Text()}";
        }

        return null;
    }

    /// <summary>Puts <c>/dev/iommu</c> of a host that has one in its place. When the mount is served.</summary>
    internal static void ShowIommu()
    {
        const string Hidden = $"{Dev}/{VfioFolder}/{DevVfioHost.HiddenIommuName}";
        const string Place = $"{Dev}/iommu";
        if (MountTable.TypeAt($"{Dev}/{VfioFolder}") == FuseMount.Type && File.Exists(Hidden) && !File.Exists(Place))
        {
            File.Create(Place).Dispose();
            _ = MountNamespace.Bind(Hidden, Place);
        }
    }

    /// <summary>An entry that vanished, or that this user may not bind, is left out.</summary>
    private static void Show(string entry, string target)
    {
        var file = new FileInfo(entry);
        if (file.LinkTarget is { } link)
        {
            File.CreateSymbolicLink(target, link);
            return;
        }

        if (Directory.Exists(entry))
        {
            Directory.CreateDirectory(target);
        }
        else
        {
            File.Create(target).Dispose();
        }

        if (MountNamespace.Bind(entry, target) != Errno.None && !Directory.Exists(target))
        {
            File.Delete(target);
        }
    }
}
