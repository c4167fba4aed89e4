using System.Text;

using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Testing;

/// <summary>What a shell does with the tree: cat, echo, ls and readlink by path.</summary>
internal static class Shell
{
    internal static Result<string> Cat(this SysfsTree tree, string path)
    {
        var file = new KernfsOpenFile();
        Errno error = file.Open(tree.Root, FileAt(tree, path), OpenFlags.O_RDONLY);
        if (error != Errno.None)
        {
            return error;
        }

        byte[] page = new byte[KernfsOpenFile.PageSize];
        Result<int> read = file.Read(0, page, CancellationToken.None);
        return read.IsOk ? Encoding.UTF8.GetString(page.AsSpan(0, read.Value)) : read.Error;
    }

    internal static Result<int> Echo(this SysfsTree tree, string text, string path)
    {
        var file = new KernfsOpenFile();
        Errno error = file.Open(tree.Root, FileAt(tree, path), OpenFlags.O_WRONLY);
        return error == Errno.None ? file.Write(0, Encoding.Latin1.GetBytes(text), CancellationToken.None) : error;
    }

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
