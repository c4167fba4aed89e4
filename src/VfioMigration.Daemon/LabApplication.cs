using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Extensions.Logging;
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
    private readonly IHost application;
    private readonly Logger log;
    private readonly List<HostMount> mounts = [];

    private LabApplication(IHost application, Logger log, string socketPath)
    {
        this.application = application;
        this.log = log;
        SocketPath = socketPath;
    }

    public HostSet Lab => application.Services.GetRequiredService<HostSet>();

    /// <summary>The control socket of this process.</summary>
    public string SocketPath { get; }

    /// <summary>Serves hosts on mounts that somebody else makes.</summary>
    public AttachedSessions Attached => application.Services.GetRequiredService<AttachedSessions>();

    /// <summary>Cancelled when the program is asked to stop (SIGINT, SIGTERM).</summary>
    public CancellationToken Stopping => application.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

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

        return found.Count > 0 ? null : Build(options, configuration, lab, booted, settings);
    }

    /// <summary>Starts the services and mounts the hosts; sentences about mounts that failed, in which case nothing stays mounted.</summary>
    /// <param name="directory">Where one host is mounted, or where several get a directory each; null mounts none.</param>
    public async Task<IReadOnlyList<string>> Start(string? directory)
    {
        try
        {
            ControlSocketFile.CreateFolder();
            await application.StartAsync();
        }
        catch (IOException error)
        {
            return [error.Message];
        }

        if (directory is null)
        {
            return [];
        }

        var problems = new List<string>();
        ILoggerFactory loggers = application.Services.GetRequiredService<ILoggerFactory>();
        foreach (Host host in Lab.Hosts)
        {
            string path = Lab.Hosts.Count == 1 ? directory : Path.Combine(directory, host.Name);
            if (HostMount.Mount(host, path, TimeProvider.System, loggers, out string? problem) is { } mount)
            {
                mounts.Add(mount);
            }
            else
            {
                problems.Add(problem!);
            }
        }

        return problems;
    }

    /// <summary>Returns when the program is asked to stop or every mount was unmounted by somebody else.</summary>
    public async Task WaitForEnd()
    {
        // A closed terminal is a reason to unmount as well.
        using PosixSignalRegistration hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            application.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
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

        await application.StopAsync();
        application.Dispose();
        await log.DisposeAsync();
    }

    private static LabApplication Build(LabApplicationOptions options, IConfigurationRoot configuration, LabOptions labOptions, HostSet lab, MigrationSettings settings)
    {
        Logger log = options.Quiet
            ? new LoggerConfiguration().CreateLogger()
            : LoggingSetup.Create(configuration, labOptions.Syslog, options.Verbose, options.LogFile);
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true, ApplicationName = "vfiomig", Configuration = new ConfigurationManager() });
        builder.Logging.AddProvider(new SerilogLoggerProvider(log));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(lab);
        builder.Services.AddSingleton(settings);
        string socketPath = Path.Combine(ControlSocketFile.Folder, $"{Environment.ProcessId}.sock");
        builder.Services.AddSingleton(new MigrationService(lab, TimeProvider.System, settings.Tls, socketPath));
        builder.Services.AddSingleton<AttachedSessions>();
        builder.Services.AddHostedService<KernelLogMirror>();
        builder.Services.AddHostedService(services => CreateControlServer(services, socketPath));
        builder.Services.AddHostedService<MigrationListener>();
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        return new LabApplication(builder.Build(), log, socketPath);
    }

    private static ControlServer CreateControlServer(IServiceProvider services, string socketPath)
    {
        ILoggerFactory loggers = services.GetRequiredService<ILoggerFactory>();
        ControlHandlers handlers = ControlHandlers.For(
            services.GetRequiredService<HostSet>(), services.GetRequiredService<AttachedSessions>(), services.GetRequiredService<MigrationService>());
        return new ControlServer(new ControlDispatcher(handlers, loggers), socketPath, TimeProvider.System, loggers);
    }
}
