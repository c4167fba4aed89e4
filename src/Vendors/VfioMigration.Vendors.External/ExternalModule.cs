using System.Text.Json.Nodes;

using VfioMigration.Compatibility;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.External;

/// <summary>
/// A driver that is a program in any language (docs/out-of-process-drivers.md): a line of JSON for every question and every answer. Options: <c>program</c>, its
/// command line; <c>timeout_ms</c> (2000), how long an answer may take; <c>migration</c> (<c>v2</c>), of the types that migrate. The module is named as the host's
/// configuration names it. The constructor starts the program and asks what it drives; what is wrong with that is reported as a problem of the option.
/// </summary>
public sealed class ExternalModule : VirtualParentModule, IDisposable
{
    private const string Option = "program";

    private readonly ExternalProgram program;
    private readonly MigrationPersonality migration;

    public ExternalModule(VendorContext context)
        : base(context)
    {
        string command = context.Options.GetText(Option, "");
        TimeSpan patience = TimeSpan.FromMilliseconds(context.Options.GetNumber("timeout_ms", 2000, 10, 60_000));
        migration = context.Options.GetMigration(MigrationPersonality.V2);
        program = new ExternalProgram(
            command, patience, context.Core.Clock, reason => context.Core.Log.Write(LogLevels.Error, $"{context.Name}: the driver's program {reason}"));
        Types = command.Length == 0 ? [] : AskTypes(command);
    }

    public override string Name => Context.Name;

    protected override IReadOnlyList<MdevTypeDefinition> Types { get; }

    public override IMigrationCompatibility? CompatibilityOf(MdevType type) =>
        new ExternalCompatibility(program, Name, ((ExternalType)type.Definition).Name, null);

    public override IMigrationCompatibility? CompatibilityOf(MdevDevice device) =>
        new ExternalCompatibility(program, Name, ((ExternalType)device.Type.Definition).Name, device.Name);

    public void Dispose() => program.Dispose();

    protected override MdevDriver CreateDriver(KernelModule module) => new ExternalDriver(Context, module, program, Name, migration);

    private IReadOnlyList<MdevTypeDefinition> AskTypes(string command)
    {
        string problem;
        if (!program.Ask("driver", []).TryGet(out JsonObject answer, out Errno error))
        {
            problem = $"'{command}' gives no answer to 'driver': {error.Text()} ({error.Name()})";
        }
        else if (ExternalType.Read(answer["types"], out problem) is { } types)
        {
            return types;
        }
        else
        {
            problem = $"the answer of '{command}' to 'driver' makes no sense: {problem}";
        }

        Context.Options.Reject(Option, problem);
        return [];
    }
}
