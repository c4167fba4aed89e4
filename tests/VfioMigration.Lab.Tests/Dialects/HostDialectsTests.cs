using VfioMigration.Compatibility.Dialects;
using VfioMigration.Lab;
using VfioMigration.Lab.Dialects;
using VfioMigration.Uapi;

namespace VfioMigration.Lab.Tests.Dialects;

public class HostDialectsTests
{
    private const string Uuid = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";
    private const string Type = "devices/virtual/mtty/mtty/mdev_supported_types/mtty-1";
    private const string Device = "devices/virtual/mtty/mtty/" + Uuid;

    [Fact]
    public void CreateAll_OfAHost_AddsWhatNeedsMdev() => Assert.Equal(
        ["type_aggregator"],
        HostDialects.CreateAll().Select(dialect => dialect.Name).Except(DialectCatalogue.CreateAll().Select(dialect => dialect.Name)));

    [Fact]
    public void Host_WithoutTheKey_ServesMigrationVersion()
    {
        Host host = TestHosts.WithDialects(null, "mtty", ("migration_version", "true"));

        Assert.Equal("mtty-1.0-ports=1\n", host.Core.Tree.Cat($"{Type}/migration_version").Value);
        Assert.False(host.Core.Tree.Exists($"{Type}/version"));
    }

    [Fact]
    public void Host_WithoutAnyDialect_ServesNothing() =>
        Assert.False(TestHosts.WithDialects([], "mtty", ("migration_version", "true")).Core.Tree.Exists($"{Type}/migration_version"));

    [Fact]
    public void Host_WithDialects_ServesThemOnTypesAndDevices()
    {
        Host host = TestHosts.WithDialects(["version", "vfio_migration", "traits"], "mtty", ("migration_version", "true"));
        Assert.Equal(Uuid.Length, host.Core.Tree.Echo(Uuid, $"{Type}/create").Value);

        Assert.Equal("mtty-1.0-ports=1\n", host.Core.Tree.Cat($"{Type}/version").Value);
        Assert.Equal("mtty-1\n", host.Core.Tree.Cat($"{Device}/vfio_migration_type").Value);
        Assert.Equal(
            host.Core.Tree.Cat($"{Type}/migration-self-traits").Value,
            host.Core.Tree.Cat($"{Device}/migration-self-traits").Value);
        Assert.False(host.Core.Tree.Exists($"{Device}/migration_version"));
    }

    /// <summary>A driver that shows nothing has no file of any dialect.</summary>
    [Fact]
    public void Host_WithADriverWithoutCompatibility_HasNoFiles()
    {
        Host host = TestHosts.WithDialects([.. DialectCatalogue.CreateAll().Select(dialect => dialect.Name)], "mtty");
        Host bare = TestHosts.WithDialects([], "mtty");

        Assert.Equal(bare.Core.Tree.List(Type), host.Core.Tree.List(Type));
    }

    /// <summary>The kernel makes the link after the driver has bound the device; no file may be there first.</summary>
    [Fact]
    public void Device_OfAHostThatDeclaresItsFields_KeepsTheKernelsLink()
    {
        Host host = TestHosts.WithDialects(["declarative"], "mtty", ("migration_version", "true"));
        host.Core.Tree.Echo(Uuid, $"{Type}/create");

        Assert.Equal("../mdev_supported_types/mtty-1", host.Core.Tree.Readlink($"{Device}/mdev_type"));
        Assert.Equal("mtty-1\n", host.Core.Tree.Cat($"{Type}/mdev_type").Value);
        Assert.True(host.Core.Tree.Exists($"{Device}/software_version"));
    }

    [Fact]
    public void Remove_OfADevice_TakesItsFilesAlong()
    {
        Host host = TestHosts.WithDialects(["migration_version", "migration_directories", "write_and_ask"], "mtty", ("migration_version", "true"));
        host.Core.Tree.Echo(Uuid, $"{Type}/create");
        Assert.True(host.Core.Tree.Exists($"{Device}/migration/self/mdev_type"));

        Assert.Equal(1, host.Core.Tree.Echo("1", $"{Device}/remove").Value);
        Assert.False(host.Core.Tree.Exists(Device));
        Assert.Equal(Errno.None, host.UnloadModule("mtty").Error);
        Assert.False(host.Core.Tree.Exists("devices/virtual/mtty"));
        Assert.Equal(Errno.None, host.LoadModule("mtty").Error);
        Assert.True(host.Core.Tree.Exists($"{Type}/migration/compatible/ports"));
    }
}
