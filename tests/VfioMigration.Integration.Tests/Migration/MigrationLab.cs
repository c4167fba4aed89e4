using System.Diagnostics;
using System.Text.Json;

using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Migration;

/// <summary>Configurations and words for tests that move devices.</summary>
internal static class MigrationLab
{
    internal const string Nic = "0000:06:10.0";
    internal const string Disk = "0000:07:10.0";

    /// <summary>Hosts of one process, each with every driver that has a workload of its own.</summary>
    internal static string Of(params string[] hosts) => $"{{ \"syslog\": \"false\", \"hosts\": [ {string.Join(", ", hosts.Select(Host))} ] }}";

    /// <summary>A mediated device in every host of a lab; its UUID.</summary>
    internal static string Create(RunningLab lab, string type, params string[] paths)
    {
        string uuid = Guid.NewGuid().ToString();
        foreach (string path in paths)
        {
            File.WriteAllText(Path.Combine(lab.Mount, path, $"class/mdev_bus/{type[..type.IndexOf('-')]}/mdev_supported_types/{type}/create"), uuid);
        }

        return uuid;
    }

    /// <summary>A command that must succeed; its output without the last newline.</summary>
    internal static string Run(RunningLab lab, params string[] arguments)
    {
        (int status, string output, string errors) = lab.Command(arguments);
        Assert.True(status == 0, $"vfiomig {string.Join(' ', arguments)}: {status} {errors} {output}");
        return output.TrimEnd('\n');
    }

    internal static string Status(RunningLab lab, string device) => Run(lab, "guest", "status", device);

    /// <summary>Reads events until one of that phase comes.</summary>
    internal static void WaitForPhase(Process migration, string phase)
    {
        while (migration.StandardOutput.ReadLine() is { } line)
        {
            if (JsonDocument.Parse(line).RootElement.TryGetProperty("phase", out JsonElement found) && found.GetString() == phase)
            {
                return;
            }
        }

        Assert.Fail($"the migration ended before {phase}: {migration.StandardError.ReadToEnd()}");
    }

    private static string Host(string name) => $$"""
        {
          "name": "{{name}}",
          "pci": [ { "address": "{{Nic}}", "id": "8086:154c", "class": "020000" }, { "address": "{{Disk}}", "id": "1b36:0010", "class": "010802" } ],
          "drivers": [
            { "name": "mtty", "options": { "migration_version": "true" } },
            { "name": "mdpy", "options": { "migration_version": "true", "migration": "v1" } },
            { "name": "mbochs", "options": { "migration_version": "true", "migration": "rfc" } },
            { "name": "i40evf" }, { "name": "nvme" }, { "name": "vfio_pci", "options": { "ids": "8086:154c,1b36:0010" } }
          ]
        }
        """;
}
