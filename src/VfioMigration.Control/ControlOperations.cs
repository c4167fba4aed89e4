namespace VfioMigration.Control;

/// <summary>What a client can ask a running daemon.</summary>
public static class ControlOperations
{
    /// <summary>Names of the hosts, one per line.</summary>
    public const string Hosts = "hosts";

    /// <summary>Kernel log lines.</summary>
    public const string KernelLog = "dmesg";

    /// <summary>Uevents from now on: the fields one per line, an empty line after each event.</summary>
    public const string Uevents = "uevents";

    /// <summary>Loaded modules and drivers that can be loaded.</summary>
    public const string ListDrivers = "driver-list";

    public const string LoadDriver = "driver-load";

    public const string UnloadDriver = "driver-unload";

    /// <summary>
    /// Serve a mount that the client made: after the answer <c>send</c> the client sends the connected FUSE device, then gets the
    /// union's mount points, one per line, each with a leading <c>d</c> or <c>f</c>.
    /// </summary>
    public const string Attach = "attach";

    /// <summary>Migrate a device: events as lines of JSON, until it is over. Closing the connection cancels.</summary>
    public const string Migrate = "migrate";

    /// <summary>After the answer <c>go</c> the connection carries the stream of one incoming migration, in both directions.</summary>
    public const string Receive = "receive";

    /// <summary>
    /// As <see cref="Migrate"/>, over descriptors: after the answer <c>send</c> the client sends one to read from and one to write to.
    /// </summary>
    public const string SendOverDescriptors = "send-descriptors";

    /// <summary>As <see cref="Receive"/>, over descriptors as in <see cref="SendOverDescriptors"/>.</summary>
    public const string ReceiveOverDescriptors = "receive-descriptors";

    /// <summary>
    /// What a guest shall do: <c>start</c>, <c>pause</c>, <c>resume</c>, <c>stop</c>, <c>verify</c>, <c>status</c>; the device is the name, the
    /// options are in the target.
    /// </summary>
    public const string GuestPrefix = "guest-";
}
