namespace VfioMigration.Integration.Tests.DevVfio;

/// <summary>QEMU since 8.1, which migrates by the merged protocol, with a simulated mtty through its group and through iommufd. The host has IOMMUFD, without which mtty cannot report what it writes.</summary>
public sealed class StreamMigrationTests
{
    private const string Debian = "/usr/bin/qemu-system-x86_64";
    private const string Backports = "/usr/local/bin/qemu-backports";

    /// <summary>QEMU opens a device by itself only where it is a character device, and takes an open file as it is.</summary>
    private const string OpenFiles = "exec 8<> /dev/iommu 9<> /dev/vfio/devices/$(ls $0/vfio-dev); exec \"$@\"";

    [Debian13Theory]
    [InlineData(Debian)]
    [InlineData(Backports)]
    public async Task GuestOnAGroup_LosesAndDoublesNothingByMigration(string qemu)
    {
        using VfioHost host = Host();
        await Move(new MttyMove(host, ["mtty-2"], _ => host.Words(Debian13.Words(qemu)), OnGroup));
    }

    [Debian13Theory]
    [InlineData(Debian)]
    [InlineData(Backports)]
    public async Task GuestOnIommufd_LosesAndDoublesNothingByMigration(string qemu)
    {
        using VfioHost host = Host();
        await Move(new MttyMove(host, ["mtty-2"], cards => host.Words(Debian13.Words("sh", "-c", OpenFiles, cards[0], qemu)), OnIommufd));
    }

    private static VfioHost Host() => new(VfioHost.With("mtty", "v2", iommufd: true));

    private static IEnumerable<string> OnGroup(string[] cards) => ["-device", $"vfio-pci,sysfsdev={cards[0]}", .. QemuTrace.Words];

    private static IEnumerable<string> OnIommufd(string[] cards) =>
        ["-object", "iommufd,id=iommufd0,fd=8", "-device", $"vfio-pci,sysfsdev={cards[0]},fd=9,iommufd=iommufd0,id=card", .. QemuTrace.Words];

    private static async Task Move(MttyMove move) => Assert.Equal(
        ["RUNNING_P2P RUNNING PRE_COPY PRE_COPY_P2P STOP_COPY STOP_COPY STOP", "RESUMING RUNNING_P2P RUNNING RUNNING_P2P STOP"],
        (await move.Run()).Select(QemuTrace.States));
}
