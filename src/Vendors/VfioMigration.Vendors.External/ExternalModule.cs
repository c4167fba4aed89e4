using System.Text.Json.Nodes;

using VfioMigration.Compatibility;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Guards;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.External;

/// <summary>
/// A driver that is a program in any language (docs/out-of-process-drivers.md): a line of JSON for every request and every answer. Options: <c>program</c>, its
/// command line; <c>timeout_ms</c>, how long an answer may take if less than the limit of the callback; <c>migration</c> (<c>v2</c>), of the types that migrate. The module is named as the host's
/// configuration names it. The constructor starts the program and requests its types; what is wrong with that is reported as a problem of the option.
/// </summary>
public sealed class ExternalModule : VirtualParentModule, IDisposable
{
    private const string Option = "program";

    /// <summary>No callback of a driver has a longer limit.</summary>
    private static readonly int NoCap = (int)VendorTimeouts.Max.TotalMilliseconds;

    private readonly ExternalProgram program;
    private readonly MigrationPersonality migration;

    public ExternalModule(VendorContext context)
        : base(context)
    {
        string command = context.Options.GetText(Option, "");
        int maxMilliseconds = context.Options.GetNumber("timeout_ms", NoCap, 10, NoCap);
        migration = context.Options.GetMigration(MigrationPersonality.V2);
        program = new ExternalProgram(
            command,
            maxMilliseconds == NoCap ? null : TimeSpan.FromMilliseconds(maxMilliseconds),
            context.Core.Tree.Root.VendorCalls,
            context.Core.Clock,
            reason => context.Core.Log.Write(LogLevels.Error, $"{context.Name}: the driver's program {reason}"));
        Types = command.Length == 0 ? [] : AskTypes(command);
    }

    public override string Name => Context.Name;

    public override IReadOnlyDictionary<string, int> Errnos => program.Errnos.Declared;

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
            problem = $"no response from '{command}' to 'driver': {error.Text()} ({error.Name()})";
        }
        else if (ExternalType.Read(answer["types"], out problem) is { } types && ReadErrnos(answer["errnos"], out problem) is { } errnos)
        {
            program.Errnos = errnos;
            return types;
        }
        else
        {
            problem = $"malformed answer from '{command}' to 'driver': {problem}";
        }

        Context.Options.Reject(Option, problem);
        return [];
    }

    /// <summary>Null with an error message, for what is no object of numbers that can be declared.</summary>
    private static DriverErrnos? ReadErrnos(JsonNode? declared, out string problem)
    {
        problem = "'errnos' must be an object that maps names to numbers";
        if (declared is null)
        {
            return DriverErrnos.None;
        }

        var numbers = new Dictionary<string, int>();
        foreach ((string name, JsonNode? value) in declared as JsonObject ?? new JsonObject { [""] = null })
        {
            if (value is not JsonValue number || !number.TryGetValue(out int errno))
            {
                return null;
            }

            numbers[name] = errno;
        }

        return DriverErrnos.Create(numbers, out problem);
    }
}
