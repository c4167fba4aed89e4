namespace VfioMigration.Hosting.Control;

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
}
