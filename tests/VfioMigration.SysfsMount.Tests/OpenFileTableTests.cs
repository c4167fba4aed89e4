using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.SysfsMount.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.SysfsMount.Tests;

public sealed class OpenFileTableTests
{
    private readonly OpenFileTable table = new();
    private readonly KernfsRoot root;
    private readonly KernfsFile first;
    private readonly KernfsFile second;

    public OpenFileTableTests()
    {
        var core = new DriverCore(TimeProvider.System);
        Kobject kobject = core.CreateDirectory(core.Devices, "sample").Value;
        var attributes = new SampleAttributes();
        kobject.AddGroup(new AttributeGroup(attributes.ReadOnly("first"), attributes.ReadOnly("second")));
        root = core.Tree.Root;
        first = (KernfsFile)root.FindPath("devices/sample/first")!;
        second = (KernfsFile)root.FindPath("devices/sample/second")!;
    }

    [Fact]
    public void OpenFile_IsFoundByItsHandle() => Assert.Same(first, table.Find(Open(first))!.File);

    [Fact]
    public void UnknownHandle_FindsNothing()
    {
        Open(first);

        Assert.Null(table.Find(0));
        Assert.Null(table.Find(ulong.MaxValue));
    }

    [Fact]
    public void ReleasedHandle_FindsNothing()
    {
        ulong handle = Open(first);

        table.Release(handle);

        Assert.Null(table.Find(handle));
        Assert.Equal(0, table.OpenCount);
    }

    [Fact]
    public void StaleHandle_AfterReuseOfItsPlace_FindsNothing()
    {
        ulong stale = Open(first);
        table.Release(stale);
        ulong[] reopened = [.. Enumerable.Range(0, 16).Select(_ => Open(second))];

        Assert.Contains(reopened, handle => (uint)handle == (uint)stale);
        Assert.Null(table.Find(stale));
    }

    [Fact]
    public void StaleHandle_ReleasedAgain_ClosesNoOther()
    {
        ulong stale = Open(first);
        table.Release(stale);
        ulong handle = Open(second);

        table.Release(stale);

        Assert.Same(second, table.Find(handle)!.File);
        Assert.Equal(1, table.OpenCount);
    }

    [Fact]
    public void ManyOpenFiles_HaveHandlesOfTheirOwn()
    {
        ulong[] handles = [.. Enumerable.Range(0, 1000).Select(i => Open(i % 2 == 0 ? first : second))];

        Assert.Equal(1000, handles.Distinct().Count());
        Assert.Equal(1000, table.OpenCount);
        Assert.All(handles.Index(), pair => Assert.Same(pair.Index % 2 == 0 ? first : second, table.Find(pair.Item)!.File));
    }

    [Fact]
    public void RefusedOpen_TakesNoPlace()
    {
        Assert.Equal(Errno.EACCES, table.Open(root, first, OpenFlags.O_WRONLY, out ulong handle));

        Assert.Equal(0ul, handle);
        Assert.Equal(0, table.OpenCount);
    }

    [Fact]
    public void Pollers_OfThatFileOnly_AreWoken()
    {
        table.SetPollHandle(Open(first), 11);
        table.SetPollHandle(Open(first), 12);
        table.SetPollHandle(Open(second), 13);
        Open(first);

        Assert.Equal([11ul, 12ul], Woken(first).Order());
    }

    [Fact]
    public void ReleasedPoller_IsNotWokenNorItsSuccessor()
    {
        ulong handle = Open(first);
        table.SetPollHandle(handle, 11);

        table.Release(handle);
        Open(first);

        Assert.Empty(Woken(first));
    }

    [Fact]
    public void PollHandleOfStaleHandle_IsIgnored()
    {
        ulong stale = Open(first);
        table.Release(stale);
        Open(first);

        table.SetPollHandle(stale, 11);

        Assert.Empty(Woken(first));
    }

    private ulong Open(KernfsFile file)
    {
        Assert.Equal(Errno.None, table.Open(root, file, OpenFlags.O_RDONLY, out ulong handle));
        return handle;
    }

    private List<ulong> Woken(KernfsFile file)
    {
        var woken = new List<ulong>();
        table.ForEachPoller(file, woken.Add);
        return woken;
    }
}
