using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;

namespace VfioMigration.SysfsMount.Tests;

public sealed class NodeTableTests
{
    private readonly NodeTable table = new();
    private readonly KernfsNode node = new DriverCore(TimeProvider.System).Devices.Directory!;

    [Fact]
    public void UnknownNode_IsNotFound()
    {
        Assert.Null(table.Find(node.Ino));
        Assert.False(table.Knows(node.Ino));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void LookedUpNode_IsFound()
    {
        table.CountLookup(node);

        Assert.Same(node, table.Find(node.Ino));
        Assert.True(table.Knows(node.Ino));
    }

    [Fact]
    public void SeveralLookups_AreOneEntry()
    {
        table.CountLookup(node);
        table.CountLookup(node);

        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void NodeIsForgotten_WhenEveryLookupWasTakenBack()
    {
        table.CountLookup(node);
        table.CountLookup(node);

        table.Forget(node.Ino, 1);
        Assert.True(table.Knows(node.Ino));
        table.Forget(node.Ino, 1);
        Assert.False(table.Knows(node.Ino));
    }

    [Fact]
    public void ForgetOfZeroLookups_ChangesNothing()
    {
        table.CountLookup(node);

        table.Forget(node.Ino, 0);

        Assert.True(table.Knows(node.Ino));
    }

    [Fact]
    public void ForgetOfMoreThanWasCounted_ForgetsOnce()
    {
        table.CountLookup(node);

        table.Forget(node.Ino, ulong.MaxValue);
        table.CountLookup(node);

        Assert.True(table.Knows(node.Ino));
    }

    [Fact]
    public void ForgetOfUnknownNode_DoesNothing()
    {
        table.CountLookup(node);

        table.Forget(node.Ino + 1000, 1);

        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void Clear_ForgetsEverything()
    {
        table.CountLookup(node);

        table.Clear();

        Assert.Equal(0, table.Count);
    }
}
