namespace VfioMigration.Control.Requests;

/// <summary>Serve a host on a FUSE device that the client has connected and mounted.</summary>
/// <param name="Host">Which host; null where the daemon serves only one.</param>
/// <param name="Descriptors">
/// Which descriptors come with the device, in this order: 1, a NETLINK_KOBJECT_UEVENT socket of the network namespace that is to get the host's uevents; 2, the FUSE device of <c>/dev/vfio</c> and the root of that mount,
/// opened with O_PATH; 4, the supervisor's end of a seccomp filter. Added; null for none.
/// </param>
public sealed record AttachRequest(string? Host = null, byte? Descriptors = null);
