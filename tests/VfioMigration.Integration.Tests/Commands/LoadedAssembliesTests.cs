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

    /// <summary>They look at trees, or ask a daemon; status 2 would say that they never came so far.</summary>
    [Fact]
    public void CommandsThatServeNothing_DoNotLoadTheDaemon()
    {
        string type = $"{lab.Mount}/{Type}";
        File.WriteAllText($"{type}/create", "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001");
        string[][] commands =
        [
            ["check", type, type],
            ["explain", type, type],
            ["matrix", "--hosts", lab.Mount],
            ["lint", "--hosts", lab.Mount],
            ["plan", type, "--on", lab.Mount],
            ["replicate", "--help"],
            ["hosts"],
            ["dmesg"],
            ["driver", "list"],
            ["driver", "load", "none"],
            ["guest", "status", "none/none"],
            ["migrate", "none/none", "none/none"],
            ["--help"],
        ];

        Assert.All(commands, command =>
        {
            (int status, string[] loaded, string errors) = Run(command);
            Assert.True(status is 0 or 1, $"status {status}: {errors}");
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
