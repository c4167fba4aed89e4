using System.Runtime.InteropServices;

using VfioMigration.Fuse;
using VfioMigration.Posix;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.SysfsMount.Tests;

public sealed class BackingTableTests : IDisposable
{
    private readonly InMemoryFuseConnection connection = new();
    private readonly SharedMemory memory = SharedMemory.Create("test", 4096).Value;
    private readonly BackingTable table;
    private int opened;

    public BackingTableTests()
    {
        connection.OnOpenBacking = _ => ++opened;
        table = new BackingTable(connection);
    }

    public void Dispose() => connection.Dispose();

    [Fact]
    public void AllOpenersOfAFile_ShareOneIdUntilTheLastCloses()
    {
        KernfsFile file = NewFile();

        Assert.Equal((1, 1, 2), (table.Take(file, 10, memory.File), table.Take(file, 11, memory.File), table.Take(NewFile(), 12, memory.File)));
        table.Release(10);
        Assert.Empty(connection.ClosedBackings);
        table.Release(11);
        Assert.Equal([1], connection.ClosedBackings);
        Assert.Equal(3, table.Take(file, 13, memory.File));
    }

    [Fact]
    public void HandleWithoutBacking_IsReleasedWithoutEffect()
    {
        table.Release(99);

        Assert.Empty(connection.ClosedBackings);
    }

    [Theory]
    [InlineData(Errno.EPERM)]
    [InlineData(Errno.EOPNOTSUPP)]
    public void KernelThatRefuses_GivesNoId(Errno error)
    {
        connection.OnOpenBacking = _ => error;

        Assert.Equal(0, table.Take(NewFile(), 10, memory.File));
        table.Release(10);
        Assert.Empty(connection.ClosedBackings);
    }

    private static KernfsFile NewFile()
    {
        var core = new DriverCore(TimeProvider.System);
        Kobject owner = core.CreateDirectory(core.Devices, "sample").Value;
        owner.AddGroup(new AttributeGroup(new SysfsBinaryAttribute<Kobject>("memory", FileModes.Octal(600), 4096, null, null, static _ => null)));
        return (KernfsFile)core.Tree.Root.FindPath("devices/sample/memory")!;
    }
}
