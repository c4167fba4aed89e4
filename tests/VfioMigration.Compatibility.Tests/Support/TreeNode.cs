using System.Text;

using VfioMigration.Compatibility.Dialects;
using VfioMigration.Compatibility.Judging;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Support;

/// <summary>A node of a tree that is not mounted, used as user space uses one.</summary>
internal sealed class TreeNode(SysfsTree tree, string path, CompatibilityNode node) : INodeFiles
{
    public string Name => path;

    public string? TypeName => node.Kind == NodeKind.PhysicalDevice ? null : node.TypeName;

    public bool IsType => node.Kind == NodeKind.Type;

    public DriverErrnos Errnos => node.Guard.Errnos;

    internal CompatibilityNode Node => node;

    public bool Exists(string file) => tree.Root.FindPath($"{path}/{file}") is KernfsFile;

    public Result<string> Read(string file) =>
        !Exists(file) ? Errno.ENOENT : tree.Cat($"{path}/{file}").TryGet(out string text, out Errno error) ? WithoutNewline(text) : error;

    public Errno Write(string file, string text) => Exists(file) ? tree.Echo(text + "\n", $"{path}/{file}").Error : Errno.ENOENT;

    public Result<string> Ask(string file, string text)
    {
        KernfsOpenFile session = Open(file);
        Errno error = session.Write(0, Encoding.ASCII.GetBytes(text + "\n"), CancellationToken.None).Error;
        return error == Errno.None ? WithoutNewline(ReadToEnd(session)) : error;
    }

    public IReadOnlyList<string> List(string directory)
    {
        string at = directory.Length == 0 ? path : $"{path}/{directory}";
        return tree.Root.FindPath(at) is KernfsDirectory
            ? [.. tree.List(at).Where(name => tree.Root.FindPath($"{at}/{name}") is KernfsFile)]
            : [];
    }

    internal uint ModeOf(string file) => tree.Root.FindPath($"{path}/{file}")!.Mode;

    internal KernfsOpenFile Open(string file)
    {
        var open = new KernfsOpenFile();
        Assert.Equal(Errno.None, open.Open(tree.Root, Assert.IsType<KernfsFile>(tree.Root.FindPath($"{path}/{file}")), OpenFlags.O_RDWR));
        return open;
    }

    private static string WithoutNewline(string text) => text.EndsWith('\n') ? text[..^1] : text;

    /// <summary>In small pieces, as a reader with a small buffer would.</summary>
    internal static string ReadToEnd(KernfsOpenFile file)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[7];
        while (file.Read(text.Length, buffer, CancellationToken.None).Value is > 0 and int count)
        {
            text.Append(Encoding.ASCII.GetString(buffer.AsSpan(0, count)));
        }

        return text.ToString();
    }
}
