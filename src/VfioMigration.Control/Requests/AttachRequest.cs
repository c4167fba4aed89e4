namespace VfioMigration.Control.Requests;

/// <summary>Serve a host on a FUSE device that the client has connected and mounted.</summary>
/// <param name="Host">Which host; null where the daemon serves only one.</param>
/// <param name="Uevents">True: a second descriptor comes with the device, a NETLINK_KOBJECT_UEVENT socket of the network namespace that is to get the host's uevents.</param>
public sealed record AttachRequest(string? Host = null, bool? Uevents = null);
