using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests;

/// <summary>A module whose init and exit are given from outside.</summary>
internal sealed class FakeModule(string name, params string[] dependencies) : ModuleCode
{
    internal Func<Errno> OnInit { get; init; } = () => Errno.None;

    internal Action OnExit { get; init; } = () => { };

    internal int OwnReferences { get; set; }

    internal IReadOnlyDictionary<string, int> OwnErrnos { get; init; } = new Dictionary<string, int>();

    public override string Name => name;

    public override IReadOnlyDictionary<string, int> Errnos => OwnErrnos;

    public override IReadOnlyList<string> Dependencies => dependencies;

    public override int References => OwnReferences;

    protected internal override Errno Init(KernelModule module) => OnInit();

    protected internal override void Exit(KernelModule module) => OnExit();
}
