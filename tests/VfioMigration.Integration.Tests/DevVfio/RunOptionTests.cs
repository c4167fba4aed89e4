using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.DevVfio;

/// <summary>What <c>run</c> and <c>up</c> do with <c>/dev</c> when they are told to.</summary>
public sealed class RunOptionTests : IDisposable
{
    private const string IsCharacterDevice = "import os, stat; s = os.fstat(os.open('/dev/vfio/vfio', os.O_RDWR)); print(stat.S_ISCHR(s.st_mode), os.major(s.st_rdev), os.minor(s.st_rdev)); print(stat.S_ISCHR(os.fstat(0).st_mode))";

    private readonly string folder = Directory.CreateTempSubdirectory("vfiomig-options-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(true, "True 10 196\nFalse\n")]
    [InlineData(false, "False 0 0\nFalse\n")]
    public void Nodes_AreCharacterDevicesWhereThatIsAskedFor(bool isAskedFor, string expected)
    {
        string[] options = isAskedFor ? ["--chardev"] : [];

        Assert.Equal((0, expected, ""), Program.Vfiomig(null, ["run", .. options, "--", "sh", "-c", "python3 -c \"$0\" < /etc/passwd", IsCharacterDevice]));
    }

    /// <summary>QEMU opens a device of <c>/dev/vfio/devices</c> only where fstat(2) says that it is one.</summary>
    [Debian13Theory]
    [InlineData("/usr/bin/qemu-system-x86_64")]
    [InlineData("/usr/local/bin/qemu-backports")]
    public void QemuThatIsGivenNoDescriptors_OpensTheNodes(string qemu)
    {
        const string Device = "/sys/bus/mdev/devices/83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";
        const string Script = """
            echo $(basename $0) > /sys/class/mdev_bus/mtty/mdev_supported_types/mtty-2/create
            printf 'info pci\nquit\n' | "$@" -machine q35,accel=tcg -nodefaults -display none -S -monitor stdio -object iommufd,id=iommufd0 -device vfio-pci,sysfsdev=$0,iommufd=iommufd0
            """;
        File.WriteAllText($"{folder}/lab.json", """{ "hosts": [ { "name": "a", "iommufd": true, "drivers": [ { "name": "mtty" } ] } ] }""");

        (int status, string output, string errors) = Program.Vfiomig(null, ["run", "--chardev", "--config", $"{folder}/lab.json", "--", "sh", "-c", Script, Device, .. Debian13.Words(qemu)]);

        Assert.True(status == 0 && output.Contains("PCI device 4348:3253", StringComparison.Ordinal), output + errors);
    }

    [Fact]
    public void RootFolderThatIsTheWorkingDirectory_IsEntered()
    {
        MakeRoot();

        Assert.Equal((0, "here\n"), Program.Bash($"cd {folder} && '{Program.Path}' run --root . -- /bin/busybox ls /here") is var (status, output, _) ? (status, output.Replace("/", "", StringComparison.Ordinal)) : default);
    }

    [Fact]
    public void RootFolder_HasTheTreeAndTheNodes()
    {
        MakeRoot();
        const string Script = "/bin/busybox ls /; /bin/busybox ls -d /dev/vfio/vfio /sys/bus/mdev /proc/self/fd; /bin/busybox pwd";

        Assert.Equal(
            (0, "bin\ndev\nhere\nproc\nsys\n/dev/vfio/vfio\n/proc/self/fd\n/sys/bus/mdev\n/\n", ""),
            Program.Vfiomig(null, "run", "--root", folder, "--", "/bin/busybox", "sh", "-c", Script));
    }

    [Fact]
    public void RootFolderThatIsNone_IsNamed()
    {
        Assert.Equal((1, "", $"vfiomig: --root {folder}/none: no such folder\n"), Program.Vfiomig(null, "run", "--root", $"{folder}/none", "--", "true"));
    }

    [Fact]
    public void RootFolderWithoutPlaces_SaysWhatToMake()
    {
        Assert.Contains($"--root {folder}: it has no /proc: mkdir {folder}/proc", Program.Vfiomig(null, "run", "--root", folder, "--", "true").Errors, StringComparison.Ordinal);
    }

    /// <summary>Without a filter: what ioctls would open is EOPNOTSUPP, and a device is used by its node.</summary>
    [Fact]
    public void NodesOfUp_ServeWhoOpensThemByPath()
    {
        const string Source = """
            import fcntl, os, struct, sys
            dev, device = sys.argv[1:]
            group = os.open(f'{dev}/{sorted(os.listdir(dev))[0]}', os.O_RDWR)
            container = os.open(f'{dev}/vfio', os.O_RDWR)
            print(fcntl.ioctl(container, 0x3b64), fcntl.ioctl(container, 0x3b65, 3))
            try: fcntl.ioctl(group, 0x3b6a, bytearray(device.encode() + b'\0'), True)
            except OSError as e: print(e.strerror)
            os.close(group)
            iommu, file = os.open(f'{dev}/@iommu', os.O_RDWR), os.open(f'{dev}/devices/vfio0', os.O_RDWR)
            bind = bytearray(struct.pack('IIiI', 16, 0, iommu, 0))
            fcntl.ioctl(file, 0x3b76, bind)
            print(os.pread(file, 4, 7 << 40).hex())
            """;
        string dev = $"{folder}/dev/vfio";
        using var lab = new RunningLab("""{ "hosts": [ { "name": "a", "iommufd": true, "drivers": [ { "name": "mtty" } ] } ] }""", more: ["--dev", dev]);
        string uuid = Guid.NewGuid().ToString();
        File.WriteAllText($"{lab.Mount}/class/mdev_bus/mtty/mdev_supported_types/mtty-2/create", uuid);
        File.WriteAllText($"{folder}/client.py", Source);

        Assert.Equal((0, "0 1\nOperation not supported\n48435332\n"), Program.Bash($"python3 {folder}/client.py {dev} {uuid} 2>&1") is var (status, output, _) ? (status, output) : default);

        Assert.Equal((0, ""), lab.Stop(VfioMigration.Posix.ProcessImage.SIGTERM));
        Assert.False(Directory.Exists(dev));
    }

    /// <summary>The least that a program needs to run in the folder.</summary>
    private void MakeRoot()
    {
        foreach (string name in (string[])["proc", "sys", "dev", "bin"])
        {
            Directory.CreateDirectory($"{folder}/{name}");
        }

        File.Copy("/bin/busybox", $"{folder}/bin/busybox");
        File.WriteAllText($"{folder}/here", "");
    }
}
