using System.Text.Json.Nodes;

using VfioMigration.Compatibility;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Hosting.Drivers.External;

/// <summary>
/// A driver that is a program in any language (docs/out-of-process-drivers.md): a line of JSON for every question and every answer. Options: <c>timeout_ms</c> (2000), how long an
/// answer may take; <c>migration</c> (<c>v2</c>), of the types that migrate.
/// </summary>
internal sealed class ExternalModule : VirtualParentModule, IDisposable
{
    private readonly ExternalProgram program;
    private readonly MigrationPersonality migration;

    private ExternalModule(VendorContext context, string name, ExternalProgram program, IReadOnlyList<MdevTypeDefinition> types)
        : base(context)
    {
        this.program = program;
        migration = context.Options.GetMigration(MigrationPersonality.V2);
        Name = name;
        Types = types;
    }

    public override string Name { get; }

    protected override IReadOnlyList<MdevTypeDefinition> Types { get; }

    /// <summary>Starts the program and asks what it drives. Null with a sentence.</summary>
    internal static ExternalModule? Create(string name, string command, VendorContext context, TimeProvider clock, out string? problem)
    {
        if (!KernfsName.IsValid(name))
        {
            problem = $"{name}: a driver's name is the name of a directory";
            return null;
        }

        TimeSpan patience = TimeSpan.FromMilliseconds(context.Options.GetNumber("timeout_ms", 2000, 10, 60_000));
        var program = new ExternalProgram(
            command, patience, clock, reason => context.Core.Log.Write(LogLevels.Error, $"{name}: the driver's program {reason}"));
        problem = null;
        if (!program.Ask("driver", []).TryGet(out JsonObject answer, out Errno error))
        {
            problem = $"{name}: '{command}' gives no answer to 'driver': {error.Text()} ({error.Name()})";
        }
        else if (ExternalType.Read(answer["types"], out string wrong) is { } types)
        {
            return new ExternalModule(context, name, program, types);
        }
        else
        {
            problem = $"{name}: the answer of '{command}' to 'driver' makes no sense: {wrong}";
        }

        program.Dispose();
        return null;
    }

    public override IMigrationCompatibility? CompatibilityOf(MdevType type) =>
        new ExternalCompatibility(program, Name, ((ExternalType)type.Definition).Name, null);

    public override IMigrationCompatibility? CompatibilityOf(MdevDevice device) =>
        new ExternalCompatibility(program, Name, ((ExternalType)device.Type.Definition).Name, device.Name);

    public void Dispose() => program.Dispose();

    protected override MdevDriver CreateDriver(KernelModule module) => new ExternalDriver(Context, module, program, Name, migration);
}
