using System.Diagnostics;
using System.Text.Json;

using VfioMigration.Integration.Tests.Guests;
using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.DevVfio;

/// <summary>
/// A simulated host that lives as long as this object: a shell in <c>vfiomig run</c>, which is told what to do, and the words before a program that joins it.
/// </summary>
internal sealed class VfioHost : IDisposable
{
    private const string Done = "status of the command: ";

    private readonly string[] user;
    private readonly Process shell;
    private readonly Task<string> errors;

    /// <param name="host">What a host of a configuration has besides its name.</param>
    /// <param name="asOrdinaryUser">Root runs it, and all that joins, as another user without capabilities.</param>
    internal VfioHost(object host, bool asOrdinaryUser = false)
    {
        user = asOrdinaryUser ? Program.AsOrdinaryUser.Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
        Folder = Directory.CreateTempSubdirectory("vfiomig-host-").FullName;
        Environment = new Dictionary<string, string> { ["VFIOMIG_RUNTIME_DIR"] = $"{Folder}/run", ["HOME"] = Folder };
        File.WriteAllText($"{Folder}/lab.json", JsonSerializer.Serialize(new { hosts = new[] { host } }));
        File.SetUnixFileMode(Folder, (UnixFileMode)Convert.ToInt32("777", 8));
        string[] words = [.. user, Program.Path, "run", "--config", $"{Folder}/lab.json", "--", "bash"];
        shell = Program.Start(words[0], words[1..], Environment);
        errors = shell.StandardError.ReadToEndAsync();
        Bash("true");
    }

    /// <summary>What others may write to as well; removed with this object.</summary>
    internal string Folder { get; }

    internal IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>A host with one driver.</summary>
    internal static object With(string driver, string migration, bool iommufd = false) => new
    {
        name = "h",
        iommufd,
        drivers = new[] { new { name = driver, options = new { migration } } },
    };

    /// <summary>Words before a program to which /sys and /dev/vfio are this host's.</summary>
    internal IReadOnlyList<string> Words(params string[] program) => [.. user, Program.Path, "run", "--host", "h", "--", .. program];

    /// <summary>Makes a device of an mdev type; the path for <c>sysfsdev</c>.</summary>
    internal string Create(string type)
    {
        string uuid = Guid.NewGuid().ToString();
        Bash($"echo {uuid} > /sys/class/mdev_bus/{type[..type.IndexOf('-')]}/mdev_supported_types/{type}/create");
        return $"/sys/bus/mdev/devices/{uuid}";
    }

    /// <summary>Runs a command in the host's shell; what it printed. It fails when the command does.</summary>
    internal string Bash(string command)
    {
        shell.StandardInput.WriteLine($"{command}\necho \"{Done}$?\"");
        shell.StandardInput.Flush();
        var output = new System.Text.StringBuilder();
        while (ReadLine(command) is { } line)
        {
            if (line.StartsWith(Done, StringComparison.Ordinal))
            {
                Assert.True(line == $"{Done}0", $"{command}: {line}");
                return output.ToString();
            }

            output.Append(line).Append('\n');
        }

        throw new EndOfStreamException($"{command}: the host ended: {errors.GetAwaiter().GetResult()}");
    }

    /// <summary>Starts QEMU on this host.</summary>
    /// <param name="words">Of QEMU, as <see cref="GuestMachine.Words"/> makes them of <see cref="Words"/>.</param>
    internal Task<QemuProcess> Start(IReadOnlyList<string> words) => QemuProcess.Start(words, environment: Environment);

    public void Dispose()
    {
        shell.StandardInput.Close();
        if (!shell.WaitForExit(Program.Limit))
        {
            shell.Kill(entireProcessTree: true);
            shell.WaitForExit();
        }

        shell.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private string? ReadLine(string command)
    {
        Task<string?> line = shell.StandardOutput.ReadLineAsync();
        Assert.True(line.Wait(Program.Limit), $"{command}: no end within {Program.Limit}");
        return line.Result;
    }
}
