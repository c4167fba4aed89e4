using VfioMigration.Compatibility.Judging;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Judging;

/// <summary>A node whose files do what a test says, and that remembers what was written.</summary>
internal sealed class FakeNode(string name, bool isType, string? typeName = "acme-1") : INodeFiles
{
    internal Dictionary<string, Result<string>> Files { get; } = new() { ["migration_version"] = "acme-1.0" };

    internal Func<string, Errno> OnWrite { get; set; } = _ => Errno.None;

    internal List<string> Written { get; } = [];

    public DriverErrnos Errnos { get; init; } = DriverErrnos.None;

    public string Name => name;

    public string? TypeName => typeName;

    public bool IsType => isType;

    public bool Exists(string file) => Files.ContainsKey(file);

    public Result<string> Read(string file) => Files.TryGetValue(file, out Result<string> content) ? content : Errno.ENOENT;

    public Errno Write(string file, string text)
    {
        Written.Add($"{file}:{text}");
        return OnWrite(text);
    }

    public Result<string> Ask(string file, string text) => Errno.ENOENT;

    public IReadOnlyList<string> List(string directory) => [];
}
