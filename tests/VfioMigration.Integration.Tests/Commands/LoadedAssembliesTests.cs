using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Commands;

/// <summary>A command starts as fast as what it loads: only those that serve hosts load what serves them.</summary>
public sealed class LoadedAssembliesTests : IDisposable
{
    private const string Type = "class/mdev_bus/0000:00:02.0/mdev_supported_types/i915-GVTg_V5_4";

    private static readonly string[] OfTheDaemon =
        ["VfioMigration.Daemon", "VfioMigration.Lab", "VfioMigration.Vmm", "VfioMigration.Fuse", "VfioMigration.Sdk", "Serilog", "Microsoft.Extensions.Hosting"];

    private readonly RunningLab lab = new();

    public void Dispose() => lab.Dispose();

    /// <summary>They look at trees, or ask a daemon.</summary>
    [Fact]
    public void CommandsThatServeNothing_DoNotLoadTheDaemon()
    {
        string type = $"{lab.Mount}/{Type}";
        (string[] Arguments, int Status)[] commands =
        [
            (["check", type, type], 0),
            (["explain", type, type], 0),
            (["matrix", "--hosts", lab.Mount], 0),
            (["lint", "--hosts", lab.Mount], 0),
            (["plan", type, "--on", lab.Mount], 0),
            (["replicate", "--help"], 0),
            (["hosts"], 0),
            (["dmesg"], 0),
            (["driver", "list"], 0),
            (["driver", "load", "none"], 1),
            (["guest", "status", "none/none"], 1),
            (["migrate", "none/none", "none/none"], 1),
            (["--help"], 0),
        ];

        Assert.All(commands, command =>
        {
            (int status, string[] loaded, string errors) = Run(command.Arguments);
            Assert.True(command.Status == status, $"status {status}: {errors}");
            Assert.Contains("vfiomig", loaded);
            Assert.Empty(loaded.Intersect(OfTheDaemon));
        });
    }

    /// <summary>The same look at a command that needs the daemon finds it.</summary>
    [Fact]
    public void CommandThatServes_LoadsTheDaemon()
    {
        (int status, string[] loaded, _) = Run(["up", $"{lab.Folder}/other", "--config", $"{lab.Folder}/none.json"]);

        Assert.Equal(1, status);
        Assert.Contains("VfioMigration.Daemon", loaded);
    }

    private (int Status, string[] Loaded, string Errors) Run(string[] arguments)
    {
        string file = Path.Combine(lab.Folder, "assemblies");
        var environment = new Dictionary<string, string>(lab.Environment)
        {
            ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location,
            [StartupHook.Variable] = file,
        };
        (int status, _, string errors) = Program.Vfiomig(environment, arguments);
        string[] loaded = File.ReadAllLines(file);
        File.Delete(file);
        return (status, loaded, errors);
    }
}
