using VfioMigration.Control;
using VfioMigration.Lab;
using VfioMigration.Lab.Guests;
using VfioMigration.Posix;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vmm;
using VfioMigration.Vmm.Guests;
using VfioMigration.Vmm.Target;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Daemon.Migration;

/// <summary>The hosts of a lab as targets.</summary>
/// <param name="lab">The hosts.</param>
/// <param name="clock">For the limits of connections.</param>
/// <param name="chosen">The target device, whatever the source requests; null to let the source choose.</param>
/// <param name="isOfThisUser">Whether the source is a daemon of this user.</param>
internal sealed class LabMigrationHost(HostSet lab, TimeProvider clock, MigrationAddress? chosen, bool isOfThisUser) : IMigrationHost
{
    public VfioDevice? FindTarget(MigrationDescription description, out string? refusal)
    {
        (string? hostName, string? deviceName) = Target(description);
        if (hostName is null || deviceName is null)
        {
            refusal = "no target device: neither side names one";
            return null;
        }

        Host? host = lab.Find(hostName);
        VfioDevice? device = host?.Vfio.Find(deviceName);
        refusal = host is null ? $"no host '{hostName}' here"
            : device is null ? $"{hostName} has no VFIO device '{deviceName}'; create it first. It has: {DevicesOf(host)}"
            : device.Migration is null ? $"{hostName}/{deviceName} cannot be migrated: its driver does not support it (option 'migration')"
            : device.IsLeaving ? $"{hostName}/{deviceName} is being removed"
            : device.IsOpen ? $"{hostName}/{deviceName} is in use"
            : Judge(description, device);
        return refusal is null ? device : null;
    }

    public Result<Guest> CreateGuest(VfioDevice device, GuestOptions options) =>
        HostOf(device) is { } host ? host.Guests.Create(device, options) : Errno.ENODEV;

    public void Adopt(Guest guest) => GuestsOf(guest.Device).Adopt(guest);

    public void Adopt(DeviceUse use) => GuestsOf(use.Device).Adopt(use);

    public void End(Guest guest) => GuestsOf(guest.Device).End(guest);

    public void End(DeviceUse use) => GuestsOf(use.Device).End(use);

    /// <summary>
    /// Only a control socket in the folder of this user's daemons, and only of a source that came through such a socket itself: another one could name any socket of this
    /// machine, and a path that does not exist here would count as a source that has ended.
    /// </summary>
    public IMigrationPeer? FindOrigin(string origin) =>
        isOfThisUser && Path.GetDirectoryName(origin) == Path.GetFullPath(ControlSocketFile.Folder) ? new ControlPeer(origin, clock) : null;

    public void Report(MigrationDescription description, string text)
    {
        if (Target(description) is ({ } hostName, { } deviceName))
        {
            lab.Find(hostName)?.Core.Log.Write(LogLevels.Info, PrintableText.Escape($"vfiomig: {deviceName}: {text}"));
        }
    }

    internal static string DevicesOf(Host host) =>
        host.Vfio.Devices is { Count: > 0 } devices ? string.Join(", ", devices.Select(device => device.Device.Name)) : "none";

    /// <summary>Writes the source's string to the target's file, as any user space would.</summary>
    private static string? Judge(MigrationDescription description, VfioDevice device)
    {
        if (description.MigrationVersion is null)
        {
            return null;
        }

        Errno error = MigrationVersionFile.Write(device.Device, description.MigrationVersion);
        return error switch
        {
            Errno.None => null,
            Errno.ENOENT => $"{device.Device.Name} has no migration_version, so compatibility cannot be checked",
            _ => $"{device.Device.Name} does not accept the migration version '{description.MigrationVersion}': {error.Text()} ({device.Guard.NameOf(error)}); its kernel log has the reason",
        };
    }

    /// <summary>A device in use stays with its host until it is closed.</summary>
    private GuestTable GuestsOf(VfioDevice device) => HostOf(device)!.Guests;

    private (string? Host, string? Device) Target(MigrationDescription description) =>
        chosen is null ? (description.TargetHost, description.TargetDevice) : (chosen.Host, chosen.Device);

    private Host? HostOf(VfioDevice device) => lab.Hosts.FirstOrDefault(host => host.Vfio.Devices.Contains(device));
}
