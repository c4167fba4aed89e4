using System.Collections.Concurrent;

using VfioMigration.Lab.Guests;
using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;
using VfioMigration.Vmm.Guests;

namespace VfioMigration.Lab.Tests.Model;

/// <summary>Two hosts, the connections between them, and an observer that checks that no guest runs twice.</summary>
internal sealed class ModelNetwork
{
    private static readonly HashSet<string> Statuses = ["none", "running", "paused", "incoming", "handed-over"];

    private readonly ConcurrentQueue<DuplexStream> connections = [];
    private readonly ConcurrentQueue<Task> served = [];
    private volatile string? violation;

    internal ModelNetwork()
        : this(static name => new ModelHost(name))
    {
    }

    internal ModelNetwork(Func<string, ModelHost> make)
    {
        First = make("first");
        Second = make("second");
        (First.Network, Second.Network) = (this, this);
        (First.Other, Second.Other) = (Second, First);
    }

    /// <summary>Both hosts have the default limits.</summary>
    internal static CommandDeadlines Deadlines { get; } = new(VendorTimeouts.Default);

    internal ModelHost First { get; }

    internal ModelHost Second { get; }

    internal string? Violation => violation;

    internal Result<Stream> Connect(ModelHost to)
    {
        (DuplexStream near, DuplexStream far) = DuplexStream.Pair();
        connections.Enqueue(near);
        served.Enqueue(Background.Run(() => to.Target.Serve(far)));
        return near;
    }

    /// <summary>Every connection breaks, and what was on its way is gone.</summary>
    internal void Kill()
    {
        while (connections.TryDequeue(out DuplexStream? connection))
        {
            connection.Reset();
        }
    }

    /// <summary>Returns when every connection was served to its end.</summary>
    internal async Task Rest()
    {
        while (served.TryDequeue(out Task? task))
        {
            await task.WaitAsync(Deadlines.Migrate);
        }

        connections.Clear();
    }

    /// <summary>Two looks at one guest around one at the other: both running means that it ran twice. Every status is one of those there are.</summary>
    internal void Look()
    {
        Guest? here = First.Guest;
        bool ran = here?.Status == GuestStatus.Running;
        Guest? there = Second.Guest;
        if (ran && there?.Status == GuestStatus.Running && here!.Status == GuestStatus.Running && here.Options.Workload.Seed == there.Options.Workload.Seed)
        {
            violation ??= "one guest runs twice";
        }

        foreach (string status in (string[])[GuestTable.StatusOf(here), GuestTable.StatusOf(there)])
        {
            violation ??= Statuses.Contains(status) ? null : $"a guest is '{status}'";
        }
    }
}
