namespace VfioMigration.Integration.Tests.DevVfio;

/// <summary>A device that a program has open through <c>/dev/vfio</c>: nobody else changes it, or takes something from it.</summary>
public sealed class HeldDeviceTests
{
    private const string Busy = "Device or resource busy";

    [Fact]
    public void FilesThatChangeIt_AreBusyUntilItIsClosed()
    {
        using VfioHost host = Host();
        string card = host.Create("mtty-2");
        string folder = $"/sys/kernel/debug/vfiomig/{Path.GetFileName(card)}";
        string[] changes =
        [
            .. ((string[])["state", "reset", "dirty/start", "dirty/stop"]).Select(file => $"echo {(file == "state" ? "STOP" : file == "dirty/start" ? "0x0+0x1000" : "1")} > {folder}/{file}"),
            .. ((string[])["region", "data_section", "dirty/report"]).Select(file => $"dd if={folder}/{file} of=/dev/null bs=4 count=1"),
            .. ((string[])["region", "data_section"]).Select(file => $"printf 1234 | dd of={folder}/{file} bs=4 count=1 conv=notrunc"),
        ];
        using (var client = new VfioClientProgram(host, card))
        {
            Assert.All(changes, change => Assert.Contains(Busy, host.Bash($"{{ {change}; }} 2>&1 || true"), StringComparison.Ordinal));
            Assert.Contains($"in use by python3 (pid {client.ProcessId})", host.Bash("vfiomig dmesg"), StringComparison.Ordinal);
            Assert.Equal("RUNNING\nv1andv2\n", host.Bash($"cat {folder}/state {folder}/personality"));
            Assert.Equal("", host.Bash($"echo clear > {folder}/inject"));
        }

        Assert.Equal("STOP\n", host.Bash($"echo STOP > {folder}/state; cat {folder}/state"));
    }

    /// <summary>The kernel tells the mount of a close without waiting for it.</summary>
    [Fact]
    public void DeviceOfAProgramThatHasEnded_IsFreeAtOnce()
    {
        using VfioHost host = Host();
        string card = host.Create("mtty-2");
        for (int i = 0; i < 20; i++)
        {
            new VfioClientProgram(host, card).Dispose();
            host.Bash($"echo 1 > /sys/kernel/debug/vfiomig/{Path.GetFileName(card)}/reset");
        }
    }

    [Fact]
    public void GuestAndMigration_NameTheProgram()
    {
        using VfioHost host = Host();
        string card = host.Create("mtty-2");
        string name = $"h/{Path.GetFileName(card)}";
        using var client = new VfioClientProgram(host, card);
        string program = $"python3 (pid {client.ProcessId})";

        Assert.Contains($"{program} uses the device through /dev/vfio (EBUSY)", host.Bash($"vfiomig guest start {name} 2>&1 || true"), StringComparison.Ordinal);
        Assert.Contains($"is used by {program} through /dev/vfio: that program has to migrate it", host.Bash($"vfiomig migrate {name} {name} 2>&1 || true"), StringComparison.Ordinal);
    }

    private static VfioHost Host() => new(VfioHost.With("mtty", "v1+v2", iommufd: true));
}
