using System.Text;

using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Testing;

/// <summary>What a shell does with the tree: cat, echo, ls and readlink by path.</summary>
internal static class Shell
{
    internal static Result<string> Cat(this SysfsTree tree, string path) =>
        KernfsAccess.Cat(tree.Root, FileAt(tree, path)).TryGet(out byte[] text, out Errno error) ? Encoding.UTF8.GetString(text) : error;

    internal static Result<int> Echo(this SysfsTree tree, string text, string path) =>
        KernfsAccess.Echo(tree.Root, FileAt(tree, path), Encoding.Latin1.GetBytes(text));

    internal static bool Exists(this SysfsTree tree, string path) => tree.Root.FindPath(path) is not null;

    internal static string Readlink(this SysfsTree tree, string path) =>
        Assert.IsType<KernfsLink>(tree.Root.FindPath(path)).ToString();

    internal static IReadOnlyList<string> List(this SysfsTree tree, string path) =>
        List(tree.Root, Assert.IsType<KernfsDirectory>(tree.Root.FindPath(path)));

    internal static IReadOnlyList<string> List(KernfsRoot root, KernfsDirectory directory)
    {
        var names = new List<string>();
        ulong position = KernfsRoot.FirstChildPosition;
        while (root.ChildFrom(directory, position, out ulong at) is { } child)
        {
            names.Add(child.Name);
            position = at + 1;
        }

        return names;
    }

    internal static IReadOnlyList<string> LogTexts(this SysfsTree tree) => [.. tree.Log.Snapshot().Select(record => record.Text)];

    internal static IReadOnlyList<Uevent> Drain(this Subscription<Uevent> subscription)
    {
        var uevents = new List<Uevent>();
        while (subscription.Reader.TryRead(out Uevent? uevent))
        {
            uevents.Add(uevent);
        }

        return uevents;
    }

    internal static IReadOnlyList<string> DrainHeaders(this Subscription<Uevent> subscription) =>
        [.. subscription.Drain().Select(uevent => uevent.Header)];

    private static KernfsFile FileAt(SysfsTree tree, string path) => Assert.IsType<KernfsFile>(tree.Root.FindPath(path));
}
