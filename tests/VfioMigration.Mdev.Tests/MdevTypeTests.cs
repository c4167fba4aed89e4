namespace VfioMigration.Mdev.Tests;

public class MdevTypeTests
{
    private readonly MdevHost host = new();

    /// <summary>sysfs-tree.json and row 268 of errno-table.tsv.</summary>
    [Fact]
    public void Directory_OfAType_ListsTheMeasuredFilesInTheMeasuredOrder()
    {
        host.LoadMtty();

        Assert.Equal(
            ["device_api", "devices", "create", "available_instances", "name"],
            host.Tree.List(MdevHost.TypePath("mtty", "1")));
    }

    [Theory]
    [InlineData("1", "name", "Single port serial\n")]
    [InlineData("2", "name", "2\n")]
    [InlineData("1", "device_api", "vfio-pci\n")]
    [InlineData("1", "available_instances", "24\n")]
    [InlineData("2", "available_instances", "12\n")]
    public void File_OfAType_ShowsWhatTheDriverSays(string type, string file, string content)
    {
        host.LoadMtty();

        Assert.Equal(content, host.Tree.Cat($"{MdevHost.TypePath("mtty", type)}/{file}").Value);
    }

    [Fact]
    public void Description_OfADriverThatHasOne_IsAFile()
    {
        FakeParentModule mtty = host.LoadMtty();
        Assert.False(host.Tree.Exists($"{MdevHost.TypePath("mtty", "1")}/description"));
        host.Bus.UnregisterParent(mtty.Parent);
        mtty.Driver.Description = "one\ntwo\n";
        host.Bus.RegisterParent(mtty.Device, mtty.Driver, [new("1")]);

        Assert.Equal("one\ntwo\n", host.Tree.Cat($"{MdevHost.TypePath("mtty", "1")}/description").Value);
    }

    [Fact]
    public void AvailableInstances_OfADriverThatCounts_AreSharedByTheTypes()
    {
        host.LoadMtty();
        host.Create(MdevHost.NumberedUuid(1));
        Assert.Equal(("23", "11"), (host.Available("1"), host.Available("2")));
        host.Create(MdevHost.NumberedUuid(2), type: "2");

        Assert.Equal(("21", "10"), (host.Available("1"), host.Available("2")));
    }

    [Fact]
    public void AvailableInstances_OfADriverThatDoesNot_AreSharedByTheTypes()
    {
        host.LoadMdpy();
        host.Create(MdevHost.NumberedUuid(1), "mdpy");

        Assert.Equal(("1", "1"), (host.Available("1", "mdpy"), host.Available("2", "mdpy")));
    }
}
