using System.CommandLine;

using VfioMigration.Daemon;
using VfioMigration.Lab;
using VfioMigration.Mdev;

namespace VfioMigration.Cli;

/// <summary><c>vfiomig up DIR</c>: mounts a lab and serves it until stopped.</summary>
internal static class UpCommand
{
    internal static Command Create()
    {
        var directory = new Argument<string>("dir") { Description = "Where the host is mounted; several hosts get DIR/NAME each" };
        directory.Validators.Add(static result =>
        {
            if (result.Tokens.Any(static token => token.Value.Length == 0))
            {
                result.AddError("the directory has an empty name");
            }
        });
        Option<string?> config = CommonOptions.Config();
        Option<string?> drivers = CommonOptions.Drivers();
        Option<string?> logFile = CommonOptions.LogFile();
        Option<bool> verbose = CommonOptions.Verbose();
        var listen = new Option<string[]>("--listen")
        {
            Description = "Also accept migrations at unix:PATH or tcp:ADDRESS:PORT; may be repeated",
            HelpName = "ENDPOINT",
        };
        var inject = new Option<string?>("--inject") { Description = "Faults to inject, one 'HOST/DEVICE: RULE' per line (see docs/migration.md)", HelpName = "FILE" };
        var dev = new Option<string?>("--dev")
        {
            Description = "Also mount the host's /dev/vfio here, for containers and chroots; several hosts get DEVDIR/NAME each (see docs/dev-vfio.md)",
            HelpName = "DEVDIR",
        };
        Option<string?> certificate = CommonOptions.PemFile("--tls-cert", "This daemon's certificate, PEM");
        Option<string?> key = CommonOptions.PemFile("--tls-key", "This daemon's private key, PEM");
        Option<string?> authority = CommonOptions.PemFile("--tls-ca", "Certificate of the authority that signed both sides' certificates, PEM");
        var command = new Command("up", "Mount a lab and serve it until Ctrl-C or SIGTERM")
        {
            directory, config, drivers, logFile, verbose, listen, inject, dev, certificate, key, authority,
        };
        command.SetAction((parsed, _) =>
        {
            (string? Certificate, string? Key, string? Authority) tls = (parsed.GetValue(certificate), parsed.GetValue(key), parsed.GetValue(authority));
            if (new[] { tls.Certificate, tls.Key, tls.Authority }.Count(file => file is null) is 1 or 2)
            {
                return Task.FromResult(CommonOptions.Fail("--tls-cert, --tls-key and --tls-ca must be given together"));
            }

            LabApplicationOptions options = CommonOptions.Lab(parsed, config, drivers, logFile, verbose) with
            {
                Listen = parsed.GetValue(listen),
                InjectFile = parsed.GetValue(inject),
                Tls = tls.Certificate is null ? null : (tls.Certificate, tls.Key!, tls.Authority!),
            };
            return Run(options, parsed.GetValue(directory)!, parsed.GetValue(dev));
        });
        return command;
    }

    private static async Task<int> Run(LabApplicationOptions options, string directory, string? devDirectory)
    {
        if (LabProcess.TryCreate(options, out IReadOnlyList<string> problems) is not { } application)
        {
            return CommonOptions.Fail(problems);
        }

        await using (application)
        {
            problems = await application.Start(directory, devDirectory);
            if (problems.Count > 0)
            {
                return CommonOptions.Fail(problems);
            }

            Announce(application.Lab, directory, devDirectory);
            await application.WaitForEnd();
        }

        return ExitStatus.Success;
    }

    private static void Announce(HostSet lab, string directory, string? devDirectory)
    {
        foreach (Host host in lab.Hosts)
        {
            Console.WriteLine($"host {host.Name} at {PathOf(lab, host, directory)}{(devDirectory is null ? "" : $", its /dev/vfio at {PathOf(lab, host, devDirectory)}")}");
            foreach (MdevParent parent in host.Mdev.Parents.OrderBy(parent => parent.Device.Name, StringComparer.Ordinal))
            {
                Console.WriteLine($"  parent {parent.Device.Name} ({parent.Driver.Module.Name}): {string.Join(' ', parent.Types.Select(type => type.Name))}");
            }

            foreach (string function in host.Pci.Devices.Where(device => host.Mdev.Parents.All(parent => parent.Device != device)).Select(device => device.Name))
            {
                Console.WriteLine($"  pci {function}");
            }
        }

        if (lab.Hosts[0].Mdev.Parents.Where(static parent => parent.Types.Count > 0).OrderBy(parent => parent.Driver.Module.Name == "i915" ? 0 : 1).ThenBy(parent => parent.Device.Name, StringComparer.Ordinal).FirstOrDefault() is { } example)
        {
            Suggest(PathOf(lab, lab.Hosts[0], directory), example);
        }

        Console.WriteLine("serving until Ctrl-C");
    }

    /// <summary>Three commands that work as printed.</summary>
    private static void Suggest(string path, MdevParent parent)
    {
        string type = $"{path}/class/mdev_bus/{parent.Device.Name}/mdev_supported_types/{parent.Types[0].Name}";
        string uuid = Guid.NewGuid().ToString();
        Console.WriteLine("try:");
        Console.WriteLine($"  cat {type}/{(parent.Types[0].HasFile("migration_version") ? "migration_version" : "available_instances")}");
        Console.WriteLine($"  echo {uuid} > {type}/create");
        Console.WriteLine($"  ls -l {path}/bus/mdev/devices/{uuid}/");
    }

    private static string PathOf(HostSet lab, Host host, string directory) =>
        lab.Hosts.Count == 1 ? directory.TrimEnd('/') : $"{directory.TrimEnd('/')}/{host.Name}";
}
