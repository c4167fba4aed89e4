using System.Diagnostics;

using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Templates;

/// <summary>The first hour of an author: a project from the template, its tests, and a lab with the driver in it.</summary>
public sealed class VendorDriverTemplateTests : IDisposable
{
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private readonly string folder = Directory.CreateTempSubdirectory("vfiomig-template-").FullName;

    private string Project => Path.Combine(folder, "Contoso");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void DriverOfTheTemplate_PassesTheKitAndMigratesBetweenTwoHosts()
    {
        string hive = Path.Combine(folder, "hive");
        Dotnet(folder, "new", "install", Repository.Document("templates/vendor-driver"), "--debug:custom-hive", hive);
        Dotnet(folder, "new", "vfiomig-driver", "-n", "Contoso", "--checkout", Repository.Root, "--debug:custom-hive", hive);

        // What it refers to was built with these tests.
        Dotnet(Project, "build", "Contoso", "-c", Configuration, "-p:BuildProjectReferences=false");
        Dotnet(Project, "build", "Contoso.Tests", "-c", Configuration, "-p:BuildProjectReferences=false");
        string tested = Dotnet(Project, "test", "Contoso.Tests", "-c", Configuration, "--no-build");
        Assert.Contains("Failed:     0, Passed:    10, Skipped:     0", tested, StringComparison.Ordinal);

        string drivers = Path.Combine(folder, "drivers", "contoso");
        Directory.CreateDirectory(drivers);
        foreach (string file in (string[])["Contoso.dll", "Contoso.deps.json"])
        {
            File.Copy(Path.Combine(Project, "Contoso/bin", Configuration, "net10.0", file), Path.Combine(drivers, file));
        }

        using var lab = new RunningLab(File.ReadAllText(Path.Combine(Project, "lab.json")), more: ["--drivers", Path.GetDirectoryName(drivers)!]);
        AnswersAsTheManualSays(lab);
        Migrates(lab);
    }

    /// <summary>Section 5 of docs/writing-a-vendor-driver.md.</summary>
    private static void AnswersAsTheManualSays(RunningLab lab)
    {
        const string Types = "class/mdev_bus/contoso/mdev_supported_types";
        (_, string output, _) = Program.Bash(
            $"cat old/{Types}/contoso-half/migration_version;"
            + $" echo contoso-half-1.0 > new/{Types}/contoso-half/migration_version; echo $?;"
            + $" echo contoso-half-1.2 > old/{Types}/contoso-half/migration_version; echo $?;"
            + $" echo contoso-half-1.0 > new/{Types}/contoso-quarter/migration_version; echo $?",
            lab.Mount);
        Assert.Equal("contoso-half-1.0\n0\n1\n1\n", output);
        Assert.Contains(
            "contoso: version 1.0 cannot load the state of version 1.2",
            lab.Command("dmesg", "--host", "old").Output,
            StringComparison.Ordinal);
    }

    private static void Migrates(RunningLab lab)
    {
        const string Source = "11111111-2222-4333-8444-555555555555";
        const string Target = "21111111-2222-4333-8444-555555555555";
        const string Create = "class/mdev_bus/contoso/mdev_supported_types/contoso-half/create";
        Program.Bash($"echo {Source} > old/{Create}; echo {Target} > new/{Create}", lab.Mount);
        Assert.Equal(0, lab.Command("guest", "start", $"old/{Source}").Status);

        (int status, _, string errors) = lab.Command("migrate", $"old/{Source}", $"new/{Target}");

        Assert.True(status == 0, errors);
        Assert.Equal(0, lab.Command("guest", "verify", $"new/{Target}").Status);
    }

    private static string Dotnet(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}\n{output}\n{errors.GetAwaiter().GetResult()}");
        return output;
    }
}
