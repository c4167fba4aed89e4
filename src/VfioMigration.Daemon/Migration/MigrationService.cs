using System.Collections.Concurrent;
using VfioMigration.Control;
using VfioMigration.Lab;
using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vmm;
using VfioMigration.Vmm.Guests;
using VfioMigration.Vmm.Source;
using VfioMigration.Vmm.Target;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Daemon.Migration;

/// <summary>
/// Migrations of a lab's hosts, outgoing and incoming. The same code and the same stream whether the two hosts share a process or not.
/// </summary>
/// <param name="lab">The hosts.</param>
/// <param name="clock">For rates, downtime and workloads.</param>
/// <param name="tls">For TCP; null when there is none.</param>
/// <param name="controlSocket">Where this process can be reached.</param>
public sealed class MigrationService(HostSet lab, TimeProvider clock, TlsFiles? tls, string controlSocket)
{
    private readonly MigrationLedger given = new();
    private readonly MigrationLedger taken = new();
    private readonly ConcurrentDictionary<VfioDevice, Guid> outgoing = new();

    /// <summary>
    /// Migrates a device, with its guest if it has one, to its end. False with an error message; the same message ends the events.
    /// </summary>
    /// <param name="order">What, and how.</param>
    /// <param name="target">Where to.</param>
    /// <param name="observer">Gets the events, in order.</param>
    /// <param name="cancelled">Ends it as a failure, unless the target has the guest already.</param>
    public (bool Ok, string? Problem) Migrate(
        MigrationOrder order, MigrationAddress target, Action<MigrationEvent> observer, CancellationToken cancelled) =>
        FindPeer(target, out string? problem) is { } peer
            ? Run(order, target, peer, oneWay: false, observer, cancelled)
            : (false, problem);

    /// <summary>As <see cref="Migrate"/>, over a stream that the client connected; the other side chooses the device.</summary>
    /// <param name="order">What, and how.</param>
    /// <param name="stream">To the other side.</param>
    /// <param name="oneWay">True when there is no return channel.</param>
    /// <param name="observer">Gets the events, in order.</param>
    /// <param name="cancelled">Ends it as a failure, unless the target has the guest already.</param>
    public (bool Ok, string? Problem) Send(
        MigrationOrder order, Stream stream, bool oneWay, Action<MigrationEvent> observer, CancellationToken cancelled) =>
        Run(order, target: null, new StreamPeer(stream), oneWay, observer, cancelled);

    /// <summary>Serves one connection of another side to its end; null, or an error message.</summary>
    /// <param name="stream">From the other side; closed at the end.</param>
    /// <param name="target">Takes the state instead of the device that the other side names; null to let it name one.</param>
    /// <param name="isOfThisUser">True for a connection that only this user's processes of this machine can make: the other side is believed where its daemon can be asked.</param>
    /// <param name="cancelled">Breaks the connection off.</param>
    public string? Receive(Stream stream, MigrationAddress? target = null, bool isOfThisUser = false, CancellationToken cancelled = default)
    {
        using CancellationTokenRegistration abort = cancelled.Register(stream.Dispose);
        return new MigrationTarget(new LabMigrationHost(lab, clock, target, isOfThisUser), taken, given, clock).Serve(stream);
    }

    private (bool Ok, string? Problem) Run(
        MigrationOrder order, MigrationAddress? target, IMigrationPeer peer, bool oneWay, Action<MigrationEvent> observer, CancellationToken cancelled)
    {
        if (FindSource(order, out Host? host, out string? problem) is not { } device || Describe(order, host!, device, target, oneWay, out problem) is not { } description)
        {
            return (false, problem);
        }

        if (!outgoing.TryAdd(device, description.Id))
        {
            return (false, $"{order.Source} is being migrated already");
        }

        try
        {
            IMigrationPeer wire = device.Faults.TakeCut() is { } cut ? new CutPeer(peer, cut) : peer;
            var adapter = new MigrationEventAdapter(observer);
            bool isMoved = host!.Guests.Find(device) is { } guest
                ? MoveGuest(host, guest, description, wire, order.Policy, adapter, cancelled)
                : MoveDevice(host, device, description, wire, order.Policy, adapter, cancelled);
            return (isMoved, adapter.LastMessage);
        }
        finally
        {
            outgoing.TryRemove(device, out _);
        }
    }

    private bool MoveGuest(
        Host host,
        Guest guest,
        MigrationDescription description,
        IMigrationPeer peer,
        MigrationPolicy policy,
        MigrationEventAdapter adapter,
        CancellationToken cancelled)
    {
        var source = new MigrationSource(new MigrationSubject(guest.Device, guest), description, peer, policy, given, clock, adapter);
        MigrationResult result = source.Run(cancelled);
        if (result == MigrationResult.Completed)
        {
            host.Guests.End(guest);
        }

        return result is MigrationResult.Completed or MigrationResult.HandedOver;
    }

    private bool MoveDevice(
        Host host,
        VfioDevice device,
        MigrationDescription description,
        IMigrationPeer peer,
        MigrationPolicy policy,
        MigrationEventAdapter adapter,
        CancellationToken cancelled)
    {
        if (!DeviceUse.Begin(device).TryGet(out DeviceUse use, out Errno error))
        {
            adapter.Failed(MigrationPhase.Check, TimeSpan.Zero, $"{description.Source} cannot be used: {error.Text()} ({device.Guard.NameOf(error)})");
            return false;
        }

        host.Guests.Adopt(use);
        try
        {
            var source = new MigrationSource(new MigrationSubject(device, null, use), description, peer, policy, given, clock, adapter);
            return source.Run(cancelled) == MigrationResult.Completed;
        }
        finally
        {
            host.Guests.End(use);
        }
    }

    private VfioDevice? FindSource(MigrationOrder order, out Host? host, out string? problem)
    {
        host = lab.Find(order.Host);
        VfioDevice? device = host?.Vfio.Find(order.Device);
        problem = host is null ? $"no host '{order.Host}': {string.Join(", ", lab.Hosts.Select(known => known.Name))}"
            : device is null ? $"{host.Name} has no VFIO device '{order.Device}'; it has: {LabMigrationHost.DevicesOf(host)}"
            : device.Migration is null ? $"{order.Source} cannot be migrated: its driver does not support it (option 'migration')"
            : device.FindClient() is { } client ? $"{order.Source} is used by {client} through /dev/vfio: that program has to migrate it"
            : device.IsOpen && host.Guests.Find(device) is null ? $"{order.Source} is in use"
            : host.Guests.Find(device)?.Status is GuestStatus.HandedOver or GuestStatus.Incoming ? $"the guest of {order.Source} is being migrated already"
            : null;
        return problem is null ? device : null;
    }

    private MigrationDescription? Describe(
        MigrationOrder order, Host host, VfioDevice device, MigrationAddress? target, bool oneWay, out string? problem)
    {
        string? version = null;
        problem = null;
        if (!order.Unchecked && !MigrationVersionFile.Read(device.Device).TryGet(out version, out Errno error))
        {
            problem = error == Errno.ENOENT
                ? $"{order.Source} has no migration_version, so its compatibility with {target?.ToString() ?? "the other side"} cannot be checked; set the driver's option migration_version, or use --unchecked"
                : $"{order.Source}: reading migration_version: {error.Text()} ({device.Guard.NameOf(error)})";
            return null;
        }

        Guest? guest = host.Guests.Find(device);
        return new MigrationDescription(
            Guid.NewGuid(),
            $"{host.Name}/{device.Device.Name}",
            target?.Host,
            target?.Device,
            version,
            device.Personality.ToString().ToLowerInvariant(),
            guest?.Options.MemoryMegabytes ?? 0,
            guest?.Options.StepsPerSecond ?? 0,
            guest?.Options.Workload.Seed ?? 0,
            guest?.Options.Workload.Pattern ?? default,
            oneWay || target?.Endpoint is not null ? null : controlSocket,
            oneWay);
    }

    private IMigrationPeer? FindPeer(MigrationAddress target, out string? problem)
    {
        problem = null;
        if (target.Endpoint is { } endpoint)
        {
            problem = endpoint.IsLocal || tls is not null ? null
                : $"'{endpoint.Text}' is on another machine, which requires TLS; start 'vfiomig up' with --tls-cert, --tls-key and --tls-ca";
            return problem is null ? new EndpointPeer(endpoint, tls, clock) : null;
        }

        if (lab.Find(target.Host) is not null)
        {
            return new ControlPeer(controlSocket, clock);
        }

        (string? socket, _, problem, _) = RunningDaemons.Find(target.Host);
        return socket is null ? null : new ControlPeer(socket, clock);
    }
}
