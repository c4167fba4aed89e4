using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Mdev.Tests;

/// <summary>Rows of the groups create, exhaust and offset of errno-table.tsv.</summary>
public sealed class MdevParentCreateTests : IDisposable
{
    private const string Uuid = MdevHost.Uuid;

    private readonly MdevHost host = new();
    private readonly FakeParentModule mtty;
    private readonly Subscription<Uevent> uevents;

    public MdevParentCreateTests()
    {
        mtty = host.LoadMtty();
        uevents = host.Tree.Uevents.Subscribe();
    }

    [Theory]
    [InlineData(Uuid, Uuid)]
    [InlineData(Uuid + "\n", Uuid)]
    [InlineData(Uuid + "X", Uuid)]
    [InlineData(Uuid + " ", Uuid)]
    [InlineData(Uuid + "\0", Uuid)]
    [InlineData(Uuid + "1", Uuid)]
    [InlineData(Uuid + "\u00ff", Uuid)]
    [InlineData("83B8F4F2-509F-382F-3C1E-E6BFE0FA1001\n", Uuid)]
    [InlineData("83B8f4F2-509f-382F-3c1e-E6bfe0fa1001", Uuid)]
    [InlineData("00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000")]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff", "ffffffff-ffff-ffff-ffff-ffffffffffff")]
    public void Create_OfAUuid_MakesADeviceOfThatNameInLowerCase(string text, string name)
    {
        Assert.Equal(text.Length, host.Create(text).Value);

        Assert.Equal([name], mtty.Parent.Devices.Select(device => device.Name));
        Assert.True(host.Tree.Exists($"devices/virtual/mtty/mtty/{name}"));
        Assert.Equal(("23", "11"), (host.Available("1"), host.Available("2")));
    }

    [Theory]
    [InlineData(Uuid + "  ")]
    [InlineData(Uuid + "\r\n")]
    [InlineData(Uuid + "\n\n")]
    [InlineData(Uuid + "\0\n")]
    [InlineData(" " + Uuid)]
    [InlineData("\n" + Uuid)]
    [InlineData("{" + Uuid + "}")]
    [InlineData("urn:uuid:" + Uuid)]
    [InlineData("83b8f4f2509f382f3c1ee6bfe0fa1001")]
    [InlineData("83b8f4f2509f382f3c1ee6bfe0fa1001\n")]
    [InlineData("83b8f4f2-509f-382f-3c1e-e6bfe0fa100")]
    [InlineData("83b8f4f2-509f-382f-3c1e-e6bfe0fa100\n")]
    [InlineData("83b8f4f2-509f-382f-3c1e-e6bfe0fa10")]
    [InlineData(Uuid + "11")]
    [InlineData("83b8f4f25-09f-382f-3c1e-e6bfe0fa1001")]
    [InlineData("83b8f4f2_509f_382f_3c1e_e6bfe0fa1001")]
    [InlineData("83b8f4f2-509f-382f-3c1e-e6bfe0fa100g")]
    [InlineData("83b8f4f2-5\0" + "9f-382f-3c1e-e6bfe0fa1001")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]
    [InlineData("zzz")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("\n")]
    public void Create_OfAnythingElse_IsEINVALWithoutATrace(string text)
    {
        Assert.Equal(Errno.EINVAL, host.Create(text).Error);

        Assert.Empty(mtty.Parent.Devices);
        Assert.Empty(uevents.Drain());
        Assert.Equal("24", host.Available());
    }

    [Theory]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(5000)]
    [InlineData(8192)]
    public void Create_OfALongText_IsEINVAL(int length) =>
        Assert.Equal(Errno.EINVAL, host.Create(Uuid + "\n" + new string(' ', length - 37)).Error);

    [Fact]
    public void Create_OfNothing_IsZeroWithoutADevice()
    {
        Assert.Equal(0, host.Create("").Value);
        Assert.Empty(mtty.Parent.Devices);
    }

    [Theory]
    [InlineData(Uuid, "mtty", "1")]
    [InlineData(Uuid, "mtty", "2")]
    [InlineData("83B8F4F2-509F-382F-3C1E-E6BFE0FA1001", "mtty", "1")]
    [InlineData(Uuid, "mdpy", "1")]
    public void Create_OfAUuidInUse_IsEEXISTWithoutUevents(string text, string parent, string type)
    {
        host.LoadMdpy();
        host.Create(Uuid);
        uevents.Drain();

        Assert.Equal(Errno.EEXIST, host.Create(text, parent, type).Error);
        Assert.Empty(uevents.Drain());
        Assert.Equal(("23", "2"), (host.Available(), host.Available(parent: "mdpy")));
    }

    [Fact]
    public void Create_OnAFullParentWhoseDriverCounts_IsENOSPCWithAddRemoveAndALine()
    {
        Fill("mtty", "2", 12);
        uevents.Drain();
        int lines = host.Tree.LogTexts().Count;

        Assert.Equal(Errno.ENOSPC, host.Create(Uuid).Error);

        Assert.Equal(
            [$"add@/devices/virtual/mtty/mtty/{Uuid}", $"remove@/devices/virtual/mtty/mtty/{Uuid}"],
            uevents.DrainHeaders());
        Assert.Equal([$"mtty {Uuid}: probe with driver mtty failed with error -28"], host.Tree.LogTexts().Skip(lines));
        Assert.Equal(12, mtty.Parent.Devices.Count);
        Assert.False(host.Tree.Exists($"devices/virtual/mtty/mtty/{Uuid}"));
        Assert.False(host.Tree.Exists($"bus/mdev/devices/{Uuid}"));
    }

    [Fact]
    public void Create_OfTwoPortsWhenOneIsFree_IsENOSPCAndOfOneSucceeds()
    {
        Fill("mtty", "1", 23);
        Assert.Equal(("1", "0"), (host.Available("1"), host.Available("2")));

        Assert.Equal(Errno.ENOSPC, host.Create(Uuid, type: "2").Error);
        Assert.Equal(36, host.Create(Uuid, type: "1").Value);
        Assert.Equal("0", host.Available());
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public void Create_OnAFullParentThatTheCoreCounts_IsEUSERSWithoutUevents(string type)
    {
        host.LoadMdpy();
        Fill("mdpy", "1", 2);
        uevents.Drain();
        int lines = host.Tree.LogTexts().Count;

        Assert.Equal(Errno.EUSERS, host.Create(Uuid, "mdpy", type).Error);

        Assert.Empty(uevents.Drain());
        Assert.Equal(lines, host.Tree.LogTexts().Count);
    }

    [Theory]
    [InlineData("mtty", 24)]
    [InlineData("mdpy", 2)]
    public void Create_OnAFullParent_ChecksTheTextAndTheUuidFirst(string parent, int capacity)
    {
        host.LoadMdpy();
        Fill(parent, "1", capacity);

        Assert.Equal(Errno.EINVAL, host.Create("zzz", parent).Error);
        Assert.Equal(Errno.EEXIST, host.Create(MdevHost.NumberedUuid(1), parent).Error);
    }

    [Fact]
    public void Create_AfterARefusalForLackOfRoom_CanUseTheUuidElsewhere()
    {
        host.LoadMdpy();
        Fill("mtty", "1", 24);
        Fill("mdpy", "1", 1, first: 100);
        Assert.Equal(Errno.ENOSPC, host.Create(Uuid).Error);
        Assert.Equal(36, host.Create(Uuid, "mdpy").Value);
        Assert.Equal(Errno.EUSERS, host.Create(MdevHost.NumberedUuid(500), "mdpy").Error);

        host.Remove(uuid: MdevHost.NumberedUuid(1));
        Assert.Equal(36, host.Create(MdevHost.NumberedUuid(500)).Value);
    }

    [Fact]
    public void Create_WhoseProbeThrows_IsEIOAndLeavesNothing()
    {
        mtty.Driver.OnProbe = _ => throw new InvalidOperationException("bug");

        Assert.Equal(Errno.EIO, host.Create(Uuid).Error);
        Assert.Empty(mtty.Parent.Devices);
        mtty.Driver.OnProbe = _ => Errno.None;
        Assert.Equal(36, host.Create(Uuid).Value);
    }

    [Fact]
    public async Task Create_OfOneUuidFromManyThreads_SucceedsOnce()
    {
        const int Writers = 8;
        using var start = new Barrier(Writers);
        Result<int>[] results = await Task.WhenAll(Enumerable.Range(0, Writers).Select(i => Background.Run(() =>
        {
            Assert.True(start.SignalAndWait(Background.Patience));
            return host.Create(Uuid, type: $"{1 + (i % 2)}");
        }))).WaitAsync(Background.Patience);

        Assert.Single(results, result => result.IsOk);
        Assert.All(results.Where(result => !result.IsOk), result => Assert.Equal(Errno.EEXIST, result.Error));
        Assert.Single(mtty.Parent.Devices);
        Assert.Equal(4, uevents.Drain().Count);
    }

    [Fact]
    public async Task Create_OfManyUuidsFromManyThreads_NeverExceedsTheCapacity()
    {
        host.LoadMdpy();
        using var start = new Barrier(6);
        Result<int>[] results = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Background.Run(() =>
        {
            Assert.True(start.SignalAndWait(Background.Patience));
            return host.Create(MdevHost.NumberedUuid(i), "mdpy");
        }))).WaitAsync(Background.Patience);

        Assert.Equal(2, results.Count(result => result.IsOk));
        Assert.All(results.Where(result => !result.IsOk), result => Assert.Equal(Errno.EUSERS, result.Error));
        Assert.Equal("0", host.Available(parent: "mdpy"));
    }

    public void Dispose() => uevents.Dispose();

    private void Fill(string parent, string type, int count, int first = 1)
    {
        for (int i = first; i < first + count; i++)
        {
            Assert.Equal(36, host.Create(MdevHost.NumberedUuid(i), parent, type).Value);
        }
    }
}
