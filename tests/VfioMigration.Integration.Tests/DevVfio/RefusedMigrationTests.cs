using VfioMigration.Integration.Tests.Guests;

namespace VfioMigration.Integration.Tests.DevVfio;

/// <summary>Where the kernel would not let a guest be migrated, QEMU says so and the guest goes on.</summary>
public sealed class RefusedMigrationTests
{
    /// <summary>A kernel without IOMMUFD takes the log of mtty and does not report it: iova_bitmap, which reports, is part of it.</summary>
    [Debian13Theory]
    [InlineData("/usr/bin/qemu-system-x86_64")]
    public async Task HostWithoutIommufd_FailsTheMigrationAndTheGuestGoesOn(string qemu)
    {
        using var host = new VfioHost(VfioHost.With("mtty", "v2"));
        await AssertGoesOn(host, host.Words(Debian13.Words(qemu)), "Failed to get DMA logging report");
    }

    private static async Task AssertGoesOn(VfioHost host, IReadOnlyList<string> qemu, string why)
    {
        var guest = new MttyGuest(host.Folder);
        await using QemuProcess source = await host.Start(guest.Words(qemu, Card(host)));
        await MttyGuest.Boot(source, cards: 1);
        await using QemuProcess target = await host.Start(guest.Words(qemu, [.. Card(host), "-incoming", "defer"]));
        var typed = new TypedLines("ttyS0");
        await typed.Type(source, 10);

        GuestMigrationOutcome outcome = await GuestMigration.Attempt(source, target);
        await typed.Type(source, 10);
        await MttyGuest.WaitForTicks(source);
        await source.Quit();

        Assert.Equal("failed", outcome.Source);
        Assert.Contains(why, source.Errors, StringComparison.Ordinal);
        MttyGuest.AssertNothingLostOrDoubled(typed, [source.Console.Text]);
    }

    private static string[] Card(VfioHost host) => ["-device", $"vfio-pci,sysfsdev={host.Create("mtty-2")}"];
}
