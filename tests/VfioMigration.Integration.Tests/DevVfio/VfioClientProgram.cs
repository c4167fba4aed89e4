using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.DevVfio;

/// <summary>A small program in a host's shell that opens a device through its group, as a VMM does, and has it until it is told to go.</summary>
internal sealed class VfioClientProgram : IDisposable
{
    private const string Source = """
        import fcntl, os, sys
        VFIO_SET_IOMMU, VFIO_GROUP_SET_CONTAINER, VFIO_GROUP_GET_DEVICE_FD, VFIO_TYPE1v2_IOMMU = 0x3b66, 0x3b68, 0x3b6a, 3
        container = os.open('/dev/vfio/vfio', os.O_RDWR)
        group = os.open('/dev/vfio/' + sys.argv[1], os.O_RDWR)
        fcntl.ioctl(group, VFIO_GROUP_SET_CONTAINER, container.to_bytes(4, 'little'))
        fcntl.ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU)
        device = fcntl.ioctl(group, VFIO_GROUP_GET_DEVICE_FD, bytearray(sys.argv[2].encode() + b'\0'), True)
        print('open', os.getpid(), flush=True)
        sys.stdin.readline()
        """;

    private readonly VfioHost host;

    /// <param name="host">Where.</param>
    /// <param name="device">Its path.</param>
    internal VfioClientProgram(VfioHost host, string device)
    {
        this.host = host;
        string script = Path.Combine(host.Folder, "client.py");
        File.WriteAllText(script, Source);
        string name = Path.GetFileName(device);
        string answer = host.Bash($"coproc CLIENT {{ exec python3 {script} $(basename $(readlink {device}/iommu_group)) {name}; }}\nread -r line <&${{CLIENT[0]}}; echo \"$line\"");
        ProcessId = int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    internal int ProcessId { get; }

    /// <summary>It ends, and the device is free.</summary>
    public void Dispose() => host.Bash("pid=$CLIENT_PID; echo >&${CLIENT[1]}; wait $pid");
}
