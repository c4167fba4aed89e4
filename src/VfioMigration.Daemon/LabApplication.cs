using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Extensions.Logging;
using VfioMigration.Control;
using VfioMigration.Daemon.Logging;
using VfioMigration.Daemon.Migration;
using VfioMigration.Daemon.Mounting;
using VfioMigration.Daemon.Protocol;
using VfioMigration.Lab;
using VfioMigration.Lab.Configuration;
using VfioMigration.Posix;
using Host = VfioMigration.Lab.Host;

namespace VfioMigration.Daemon;

/// <summary>
/// A lab as a program: configuration, log, hosts, control socket and mounts put together. Everything that can be wrong with a
/// configuration is found by <see cref="TryCreate"/>; after that only bugs throw.
/// </summary>
public sealed class LabApplication : IAsyncDisposable
{
    private readonly ServiceGroup services;
    private readonly SerilogLoggerFactory loggers;
    private readonly List<HostMount> mounts = [];

    private LabApplication(HostSet lab, MigrationSettings settings, Logger log)
    {
        Lab = lab;
        SocketPath = Path.Combine(ControlSocketFile.Folder, $"{Environment.ProcessId}.sock");
        loggers = new SerilogLoggerFactory(log, dispose: true);
        Attached = new AttachedSessions(TimeProvider.System, loggers);
        var migrations = new MigrationService(lab, TimeProvider.System, settings.Tls, SocketPath);
        var dispatcher = new ControlDispatcher(ControlHandlers.For(lab, Attached, migrations), loggers);
        services = new ServiceGroup(
            loggers.CreateLogger<ServiceGroup>(),
            new KernelLogMirror(lab, loggers, TimeProvider.System),
            new ControlServer(dispatcher, SocketPath, TimeProvider.System, loggers),
            new MigrationListener(settings, migrations, TimeProvider.System, loggers));
    }

    public HostSet Lab { get; }

    /// <summary>The control socket of this process.</summary>
    public string SocketPath { get; }

    /// <summary>Serves hosts on mounts made by another process.</summary>
    public AttachedSessions Attached { get; }

    /// <summary>Cancelled when the program is requested to stop (SIGINT, SIGQUIT, SIGTERM).</summary>
    public CancellationToken Stopping => services.Stopping;

    /// <summary>Reads the configuration, boots the hosts and builds the application; null with sentences about what is wrong.</summary>
    public static LabApplication? TryCreate(LabApplicationOptions options, out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        problems = found;
        if (LabConfiguration.Load(options.ConfigurationFile, out string? problem) is not { } configuration)
        {
            found.Add(problem!);
            return null;
        }

        LabOptions lab = LabOptionsReader.Read(configuration, found);
        if (found.Count > 0)
        {
            return null;
        }

        if (options.DriversPath is not null)
        {
            lab = lab with { DriversPath = options.DriversPath };
        }

        if (options.RenameHosts is { } names)
        {
            lab = lab with { Hosts = [.. names.Select(name => lab.Hosts[0] with { Name = name })] };
        }

        MigrationSettings settings = MigrationSettings.Read(options.Listen, options.Tls, found);
        if (found.Count > 0)
        {
            return null;
        }

        HostSet booted = HostSet.Boot(lab, TimeProvider.System, found);
        if (options.InjectFile is { } faults)
        {
            FaultScenario.Apply(faults, booted, found);
        }

        return found.Count > 0 ? null : Build(options, configuration, lab, booted, settings, found);
    }

    /// <summary>Starts the services and mounts the hosts; sentences about mounts that failed, in which case nothing stays mounted.</summary>
    /// <param name="directory">Where one host is mounted, or where several get a directory each; null mounts none.</param>
    /// <param name="devDirectory">Where its <c>/dev/vfio</c> is mounted, or where several get a directory each; null mounts none.</param>
    public async Task<IReadOnlyList<string>> Start(string? directory, string? devDirectory = null)
    {
        try
        {
            ControlSocketFile.CreateFolder();
            RunningDaemons.RemoveLeftBehind();
            await services.Start();
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException or UnauthorizedAccessException)
        {
            return [error is System.Net.Sockets.SocketException ? $"cannot make the control socket {SocketPath}: {error.Message}" : error.Message];
        }

        if (directory is null)
        {
            return [];
        }

        var problems = new List<string>();
        foreach (Host host in Lab.Hosts)
        {
            Keep(HostMount.Mount(host, PathOf(host, directory), TimeProvider.System, loggers, out string? problem), problem);
            if (devDirectory is not null)
            {
                Keep(HostMount.MountDev(host, Attached.DevVfioOf(host), PathOf(host, devDirectory), TimeProvider.System, loggers, out problem), problem);
            }
        }

        return problems;

        void Keep(HostMount? mount, string? problem)
        {
            if (mount is not null)
            {
                mounts.Add(mount);
            }
            else
            {
                problems.Add(problem!);
            }
        }
    }

    private string PathOf(Host host, string directory) => Lab.Hosts.Count == 1 ? directory : Path.Combine(directory, host.Name);

    /// <summary>Returns when the program is requested to stop or every mount was unmounted from outside.</summary>
    public async Task WaitForEnd()
    {
        // A closed terminal is a reason to unmount as well.
        using PosixSignalRegistration hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            services.RequestStop();
        });
        var stopped = new TaskCompletionSource();
        using CancellationTokenRegistration registration = Stopping.Register(stopped.SetResult);
        await Task.WhenAny(stopped.Task, Task.WhenAll(mounts.Select(mount => mount.Ended)));
    }

    public async ValueTask DisposeAsync()
    {
        // The first may have made the directory of all.
        foreach (HostMount mount in Enumerable.Reverse(mounts))
        {
            mount.Dispose();
        }

        await services.DisposeAsync();
        Attached.Dispose();
        loggers.Dispose();
    }

    private static LabApplication? Build(
        LabApplicationOptions options, IConfigurationRoot configuration, LabOptions labOptions, HostSet lab, MigrationSettings settings, List<string> found)
    {
        Logger? log = options.Quiet
            ? new LoggerConfiguration().CreateLogger()
            : LoggingSetup.TryCreate(configuration, labOptions.Syslog, options.Verbose, options.LogFile, found);
        return log is null ? null : new LabApplication(lab, settings, log);
    }
}
