using System.Collections.Concurrent;

using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vmm.Guests;
using VfioMigration.Vmm.Target;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Tests.Support;

/// <summary>A process with one device and at most one guest.</summary>
internal sealed class TestHost : IMigrationHost, IDisposable
{
    private readonly DriverCore core = new(TimeProvider.System);
    private readonly ConcurrentBag<DuplexStream> connections = [];
    private volatile bool isDead;
    private volatile Guest? guest;

    internal TestHost(TestLab lab, string name, TestDeviceOptions options)
    {
        Lab = lab;
        Name = name;
        Device = new TestDevice(core, name, options, lab.Timeline);
        Target = new MigrationTarget(this, Taken, Given, lab.Clock);
    }

    internal TestLab Lab { get; }

    internal string Name { get; }

    internal TestDevice Device { get; }

    internal MigrationLedger Given { get; } = new();

    internal MigrationLedger Taken { get; } = new();

    internal MigrationTarget Target { get; }

    internal Guest? Guest => guest;

    /// <summary>A device that arrives without a guest.</summary>
    internal DeviceUse? Use { get; private set; }

    internal bool IsDead => isDead;

    internal bool Runs => !isDead && guest?.Status == GuestStatus.Running;

    internal ConcurrentQueue<string> Reports { get; } = [];

    internal IReadOnlyList<string> KernelLog => [.. core.Tree.Log.Snapshot().Select(record => record.Text)];

    /// <summary>Why this host takes nothing; null when it does.</summary>
    internal string? Refusal { get; set; }

    /// <summary>Called before a report is noted, on the thread that makes it.</summary>
    internal Action<string>? Reporting { get; set; }

    public VfioDevice? FindTarget(MigrationDescription description, out string? refusal)
    {
        refusal = Refusal;
        return refusal is null ? Device : null;
    }

    public Result<Guest> CreateGuest(VfioDevice device, GuestOptions options) => Guest.Create(device, options, Lab.Clock);

    public void Adopt(Guest arrived) => guest = arrived;

    public void Adopt(DeviceUse use) => Use = use;

    public void End(Guest arrived)
    {
        arrived.Dispose();
        guest = guest == arrived ? null : guest;
    }

    public void End(DeviceUse use)
    {
        use.Dispose();
        Use = null;
    }

    public IMigrationPeer? FindOrigin(string origin) => new TestPeer(this, Lab.Host(origin));

    public void Report(MigrationDescription description, string text)
    {
        Reporting?.Invoke(text);
        Reports.Enqueue(text);
    }

    internal Guest Start(GuestOptions options)
    {
        guest = Guest.Create(Device, options, Lab.Clock).Value;
        Assert.Equal(Errno.None, guest.Boot());
        return guest;
    }

    /// <summary>The guest is elsewhere now.</summary>
    internal void Stop()
    {
        guest?.Dispose();
        guest = null;
    }

    internal void Own(DuplexStream connection) => connections.Add(connection);

    /// <summary>The process is gone, with its guest and its ends of all connections.</summary>
    internal void Die()
    {
        Lab.Timeline.Forget(Name);
        isDead = true;
        Vanish();
        foreach (DuplexStream connection in connections)
        {
            connection.Dispose();
        }
    }

    public void Dispose() => Stop();

    /// <summary>The guest makes no step any more. Its end waits for the callers inside, perhaps this one, and is not waited for.</summary>
    private void Vanish()
    {
        if (guest is { } dying)
        {
            _ = Background.Run(dying.Dispose);
            dying.Stopping.WaitHandle.WaitOne(Background.Patience);
            dying.Hold();
            guest = null;
        }
    }
}
