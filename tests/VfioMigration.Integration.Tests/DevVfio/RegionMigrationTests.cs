using VfioMigration.Integration.Tests.Guests;
using VfioMigration.Testing;

namespace VfioMigration.Integration.Tests.DevVfio;

/// <summary>QEMU 7.2, which migrates by the region of the first protocol, with a simulated mtty as any other vfio-pci device.</summary>
public sealed class RegionMigrationTests
{
    private static readonly int Moves = TestScope.IsAll ? 10 : 2;

    [Fact]
    public async Task GuestThatIsTypedTo_LosesAndDoublesNothingByMigration()
    {
        using var host = new VfioHost(VfioHost.With("mtty", "v1"));
        await Move(host);
    }

    [RootFact("becomes another user")]
    public async Task GuestOfAnOrdinaryUser_LosesAndDoublesNothingByMigration()
    {
        using var host = new VfioHost(VfioHost.With("mtty", "v1"), asOrdinaryUser: true);
        await Move(host);
    }

    [Fact]
    public async Task GuestWithTwoGroupsThatMovesOnAndOn_LosesAndDoublesNothing()
    {
        using var host = new VfioHost(VfioHost.With("mtty", "v1"));
        await new MttyMove(host, ["mtty-1", "mtty-1"], _ => host.Words(GuestMachine.Qemu), Devices).Run(Moves);
    }

    private static async Task Move(VfioHost host)
    {
        IReadOnlyList<string> printed = await new MttyMove(host, ["mtty-2"], _ => host.Words(GuestMachine.Qemu), Devices).Run();
        Assert.Equal(["1 3 2 2 0", "4 1 0"], printed.Select(QemuTrace.States));
    }

    private static IEnumerable<string> Devices(string[] cards) =>
        [.. cards.SelectMany(card => (string[])["-device", $"vfio-pci,sysfsdev={card},x-enable-migration=on"]), .. QemuTrace.Words];
}
