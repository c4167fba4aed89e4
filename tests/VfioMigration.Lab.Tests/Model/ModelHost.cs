using System.Collections.Concurrent;

using VfioMigration.Lab;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vmm;
using VfioMigration.Vmm.Guests;
using VfioMigration.Vmm.Source;
using VfioMigration.Vmm.Target;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Lab.Tests.Model;

/// <summary>A host with one device, and the commands of its user as the control socket and a shell give them.</summary>
internal sealed class ModelHost : IMigrationHost
{
    internal const string Device = "000000a0-1111-4222-8333-444455556666";

    private readonly MigrationLedger given = new();
    private readonly MigrationLedger taken = new();
    private readonly ConcurrentDictionary<VfioDevice, Guid> outgoing = new();

    internal ModelHost(string name)
        : this(name, TestHosts.WithDriver("mtty", ("migration", "v2")), "mtty") => Assert.Empty(Lab.Boot());

    /// <param name="name">Of the host.</param>
    /// <param name="lab">Not booted yet.</param>
    /// <param name="driver">Its virtual parent, class and type are called after it.</param>
    internal ModelHost(string name, Host lab, string driver)
    {
        Name = name;
        Lab = lab;
        Driver = driver;
        Target = new MigrationTarget(this, taken, given, TimeProvider.System);
    }

    internal string Name { get; }

    internal string Driver { get; }

    internal string Parent => $"devices/virtual/{Driver}/{Driver}";

    internal Host Lab { get; }

    internal ModelHost Other { get; set; } = null!;

    internal MigrationTarget Target { get; }

    internal ModelNetwork Network { get; set; } = null!;

    internal Guest? Guest => Lab.Vfio.Find(Device) is { } device ? Lab.Guests.Find(device) : null;

    internal Errno Create() => Write($"{Parent}/mdev_supported_types/{Driver}-1/create", Device);

    internal Errno Start(ulong seed) => On(device => Lab.Guests.Start(device, new GuestOptions(1, 2000, new(seed))));

    internal Errno Stop() => On(Lab.Guests.Stop);

    internal Errno Pause() => On(device => Lab.Guests.Control(device, "pause"));

    internal Errno Resume() => On(device => Lab.Guests.Control(device, "resume"));

    /// <summary>EBADMSG when the guest's memory is not what it must be.</summary>
    internal Errno Verify() => On(device =>
        !(Lab.Guests.Find(device)?.Verify() ?? Errno.ENODEV).TryGet(out string text, out Errno error) ? error
        : text.StartsWith("ok", StringComparison.Ordinal) ? Errno.None
        : Errno.EBADMSG);

    internal Errno Remove() => Write($"{Parent}/{Device}/remove", "1");

    internal Errno Unload() => Lab.UnloadModule(Driver).Error;

    internal Errno Load() => Lab.LoadModule(Driver).Error;

    /// <summary>EBUSY: there is nothing that could be moved now; EPROTO: it did not move; ENODATA: unknown.</summary>
    internal Errno Migrate(int personality) => On(device =>
    {
        Guest? guest = Lab.Guests.Find(device);
        bool isFree = guest?.Status is not (GuestStatus.HandedOver or GuestStatus.Incoming);
        if (!isFree || !outgoing.TryAdd(device, Guid.Empty))
        {
            return Errno.EBUSY;
        }

        try
        {
            return guest is null ? MoveDevice(device, personality) : Run(new MigrationSubject(device, guest), personality, () => Lab.Guests.End(guest));
        }
        finally
        {
            outgoing.TryRemove(device, out _);
        }
    });

    public VfioDevice? FindTarget(MigrationDescription description, out string? refusal)
    {
        VfioDevice? device = Lab.Vfio.Find(Device);
        refusal = device is null ? "no device" : null;
        return device;
    }

    public Result<Guest> CreateGuest(VfioDevice device, GuestOptions options) => Lab.Guests.Create(device, options);

    public void Adopt(Guest guest) => Lab.Guests.Adopt(guest);

    public void Adopt(DeviceUse use) => Lab.Guests.Adopt(use);

    public void End(Guest guest) => Lab.Guests.End(guest);

    public void End(DeviceUse use) => Lab.Guests.End(use);

    public IMigrationPeer? FindOrigin(string origin) => new ModelPeer(Network, Other);

    public void Report(MigrationDescription description, string text)
    {
    }

    private Errno MoveDevice(VfioDevice device, int personality)
    {
        if (!DeviceUse.Begin(device).TryGet(out DeviceUse use, out Errno error))
        {
            return error;
        }

        Lab.Guests.Adopt(use);
        try
        {
            return Run(new MigrationSubject(device, null, use), personality, static () => { });
        }
        finally
        {
            Lab.Guests.End(use);
        }
    }

    private Errno Run(MigrationSubject subject, int maxRounds, Action moved)
    {
        var description = new MigrationDescription(
            Guid.NewGuid(),
            Name,
            Other.Name,
            Device,
            null,
            "v2",
            subject.Guest?.Options.MemoryMegabytes ?? 0,
            subject.Guest?.Options.StepsPerSecond ?? 0,
            subject.Guest?.Options.Workload.Seed ?? 0,
            subject.Guest?.Options.Workload.Pattern ?? default,
            Name);
        var source = new MigrationSource(
            subject,
            description,
            new ModelPeer(Network, Other),
            new MigrationPolicy(maxRounds, TimeSpan.FromMilliseconds(1), 0),
            given,
            TimeProvider.System,
            new ModelObserver(Network));
        MigrationResult result = source.Run(CancellationToken.None);
        if (result == MigrationResult.Completed)
        {
            moved();
        }

        return result switch { MigrationResult.Completed => Errno.None, MigrationResult.Failed => Errno.EPROTO, _ => Errno.ENODATA };
    }

    private Errno On(Func<VfioDevice, Errno> command) => Lab.Vfio.Find(Device) is { } device ? command(device) : Errno.ENODEV;

    /// <summary>As a shell writes; ENOENT when there is no such file.</summary>
    internal Errno Write(string path, string text) =>
        Lab.Core.Tree.Root.FindPath(path) is KernfsFile file
            ? KernfsAccess.Echo(Lab.Core.Tree.Root, file, System.Text.Encoding.ASCII.GetBytes(text)).Error
            : Errno.ENOENT;
}
