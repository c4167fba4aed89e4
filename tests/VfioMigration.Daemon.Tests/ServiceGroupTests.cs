using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace VfioMigration.Daemon.Tests;

public class ServiceGroupTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<string> seen = [];

    [Fact]
    public async Task Services_StartInOrderAndStopInReverse()
    {
        await using (ServiceGroup group = Group(new FakeService("a", seen), new FakeService("b", seen)))
        {
            await group.Start();
            Assert.Equal(["start a", "start b"], seen);
            Assert.False(group.Stopping.IsCancellationRequested);
        }

        Assert.Equal(["start a", "start b", "stop b", "stop a", "dispose a", "dispose b"], seen);
    }

    /// <summary>The mounts are taken away while the services still run.</summary>
    [Fact]
    public async Task RequestStop_AsksTheProgramAndStopsNoServiceYet()
    {
        await using ServiceGroup group = Group(new FakeService("a", seen));
        await group.Start();

        group.RequestStop();

        Assert.True(group.Stopping.IsCancellationRequested);
        Assert.Equal(["start a"], seen);
    }

    [Fact]
    public async Task Service_ThatFails_AsksTheProgramToStop()
    {
        var failing = new FakeService("a", seen);
        await using ServiceGroup group = Group(failing);
        await group.Start();
        var stopped = new TaskCompletionSource();
        await using CancellationTokenRegistration registration = group.Stopping.Register(stopped.SetResult);

        failing.Run.SetException(new InvalidOperationException("bug"));

        await stopped.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task Service_ThatFailsToStop_LetsTheOthersStop()
    {
        await using (ServiceGroup group = Group(new FakeService("a", seen), new FakeService("b", seen) { FailsToStop = true }))
        {
            await group.Start();
        }

        Assert.Equal(["start a", "start b", "stop b", "stop a", "dispose a", "dispose b"], seen);
    }

    [Fact]
    public async Task Service_ThatFailsToStart_IsReportedAndThoseBeforeItAreStopped()
    {
        await using (ServiceGroup group = Group(new FakeService("a", seen), new FakeService("b", seen) { FailsToStart = true }, new FakeService("c", seen)))
        {
            await Assert.ThrowsAsync<IOException>(group.Start);
        }

        Assert.Equal(["start a", "start b", "stop a", "dispose a", "dispose b", "dispose c"], seen);
    }

    private static ServiceGroup Group(params IReadOnlyList<BackgroundService> services) => new(NullLogger<ServiceGroup>.Instance, services);

    private sealed class FakeService(string name, List<string> seen) : BackgroundService
    {
        internal TaskCompletionSource Run { get; } = new();

        internal bool FailsToStart { get; init; }

        internal bool FailsToStop { get; init; }

        public override Task StartAsync(CancellationToken cancellationToken)
        {
            seen.Add($"start {name}");
            return FailsToStart ? throw new IOException(name) : base.StartAsync(cancellationToken);
        }

        public override async Task StopAsync(CancellationToken cancellationToken)
        {
            seen.Add($"stop {name}");
            await base.StopAsync(cancellationToken);
            if (FailsToStop)
            {
                throw new InvalidOperationException(name);
            }
        }

        public override void Dispose()
        {
            seen.Add($"dispose {name}");
            base.Dispose();
        }

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Run.Task.WaitAsync(stoppingToken);
    }
}
