using System.Runtime.InteropServices;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace VfioMigration.Daemon;

/// <summary>
/// Runs the services of the program as the generic host does, without its container and configuration (docs/decisions/0008): they start in
/// order and stop in reverse; SIGINT, SIGQUIT and SIGTERM, and a service that fails, request the program to stop.
/// </summary>
/// <param name="logger">Of the group.</param>
/// <param name="services">Disposed with the group.</param>
internal sealed partial class ServiceGroup(ILogger<ServiceGroup> logger, params IReadOnlyList<BackgroundService> services) : IAsyncDisposable
{
    /// <summary>How long all services together may take to stop.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    /// <summary>Never disposed: a signal's handler may still run. It has no timer.</summary>
    private readonly CancellationTokenSource stopping = new();
    private readonly List<PosixSignalRegistration> signals = [];
    private readonly Stack<BackgroundService> started = new();

    /// <summary>Cancelled when the program is requested to stop.</summary>
    internal CancellationToken Stopping => stopping.Token;

    /// <summary>Throws what a service throws when it starts; those before it run until the group is disposed.</summary>
    internal async Task Start()
    {
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGTERM])
        {
            signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                RequestStop();
            }));
        }

        foreach (BackgroundService service in services)
        {
            await service.StartAsync(CancellationToken.None);
            started.Push(service);
            _ = service.ExecuteTask?.ContinueWith(
                task => Failed(service, task.Exception!), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    internal void RequestStop() => stopping.Cancel();

    public async ValueTask DisposeAsync()
    {
        RequestStop();
        using var limit = new CancellationTokenSource(StopLimit);
        while (started.TryPop(out BackgroundService? service))
        {
            try
            {
                await service.StopAsync(limit.Token);
            }
            catch (Exception bug)
            {
                LogStop(logger, service.GetType().Name, bug);
            }
        }

        foreach (BackgroundService service in services)
        {
            service.Dispose();
        }

        signals.ForEach(static signal => signal.Dispose());
    }

    private void Failed(BackgroundService service, Exception bug)
    {
        LogFailed(logger, service.GetType().Name, bug);
        RequestStop();
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Service} failed; shutting down")]
    private static partial void LogFailed(ILogger logger, string service, Exception bug);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Service} failed to stop")]
    private static partial void LogStop(ILogger logger, string service, Exception bug);
}
