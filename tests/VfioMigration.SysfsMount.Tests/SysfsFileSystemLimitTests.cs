using VfioMigration.Sysfs;
using VfioMigration.SysfsMount.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.SysfsMount.Tests;

/// <summary>A slow file costs only its readers, a slow device only its users, and a slow host not its own files.</summary>
public sealed class SysfsFileSystemLimitTests : IDisposable
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    private readonly DriverCore core = new(TimeProvider.System);
    private readonly ManualResetEventSlim released = new();
    private readonly AttributeGroup files;
    private readonly ServedTree tree;

    public SysfsFileSystemLimitTests()
    {
        files = new AttributeGroup([Fast("fast"), .. Enumerable.Range(0, 3).Select(number => Slow($"slow{number}"))]);
        Kobject own = core.CreateDirectory(core.Debug, "own").Value;
        own.AddGroup(new AttributeGroup(Fast("inject")));
        tree = new ServedTree(core);
    }

    public void Dispose()
    {
        released.Set();
        tree.Dispose();
    }

    [Fact]
    public void SlowFile_CostsOnlyItsReaders()
    {
        string card = AddDevice("card");
        string other = AddDevice("other");
        ulong[] waiting = Block($"{card}/slow0", ActiveCalls.MaxPerFile);

        Assert.Equal(Errno.EBUSY, tree.Read($"{card}/slow0"));
        AssertAnswers(card);
        AssertAnswers(other);
        AssertAnswers("kernel/debug/own", "inject");
        Assert.True(tree.Log.WaitFor("card: the limit of 64 blocked calls per file is reached", Generous));
        AssertAllEnd(waiting);
        Assert.Equal(Errno.None, tree.Read($"{card}/slow0"));
    }

    [Fact]
    public void SlowDevice_CostsOnlyItsUsers()
    {
        string card = AddDevice("card");
        string other = AddDevice("other");
        ulong[] waiting = BlockDevice(card);

        Assert.Equal(Errno.EBUSY, tree.Read($"{card}/fast"));
        Assert.Equal(Errno.EBUSY, tree.Write($"{card}/fast", "1"));
        Assert.Equal((Errno.None, Errno.None), (tree.Stat($"{card}/fast"), tree.List(card)));
        AssertAnswers(other);
        AssertAnswers("kernel/debug/own", "inject");
        Assert.True(tree.Log.WaitFor("card: the limit of 128 blocked calls per device is reached", Generous));
        AssertAllEnd(waiting);
        AssertAnswers(card);
    }

    [Fact]
    public void SlowHost_StillHasItsOwnFilesAndItsListings()
    {
        ulong[] waiting = [.. Enumerable.Range(0, ActiveCalls.MaxPerHost / ActiveCalls.MaxPerDevice)
            .SelectMany(number => BlockDevice(AddDevice($"card{number}")))];
        string other = AddDevice("other");

        Assert.Equal(Errno.EBUSY, tree.Read($"{other}/fast"));
        Assert.Equal((Errno.None, Errno.None), (tree.Stat($"{other}/fast"), tree.List(other)));
        AssertAnswers("kernel/debug/own", "inject");
        Assert.True(tree.Log.WaitFor("other: the limit of 512 blocked calls per host is reached", Generous));
        AssertAllEnd(waiting);
        AssertAnswers(other);
    }

    /// <summary>The limits are there for the threads of the process: two mounts of a host share them.</summary>
    [Fact]
    public void TwoMountsOfAHost_ShareTheLimits()
    {
        string card = AddDevice("card");
        ulong[] waiting = Block($"{card}/slow0", ActiveCalls.MaxPerFile);
        using var second = new ServedTree(core);

        Assert.Equal(Errno.EBUSY, second.Read($"{card}/slow0"));
        Assert.Equal(Errno.None, second.Read($"{card}/fast"));
        AssertAllEnd(waiting);
    }

    [Fact]
    public void RequestsThatHaveEnded_CountNoMore()
    {
        string card = AddDevice("card");
        for (int i = 0; i < 2 * ActiveCalls.MaxPerDevice; i++)
        {
            Assert.Equal((Errno.None, Errno.None), (tree.Read($"{card}/fast"), tree.Write($"{card}/fast", "1")));
        }

        Assert.Equal(0, core.Tree.Calls.Count);
    }

    private static SysfsAttribute<Kobject> Fast(string name) =>
        SysfsAttribute<Kobject>.ReadWrite(name, static (_, page) => SysfsText.Line(page, 1), static (_, _) => Errno.None);

    private SysfsAttribute<Kobject> Slow(string name) => SysfsAttribute<Kobject>.ReadOnly(
        name,
        (_, page) => released.Wait(Generous) ? SysfsText.Line(page, 1) : Errno.ETIMEDOUT);

    private string AddDevice(string name)
    {
        var device = new Device(core, name);
        Assert.Equal(Errno.None, device.Add());
        Assert.Equal(Errno.None, device.AddGroup(files));
        return device.DevPath[1..];
    }

    /// <summary>Reads that wait in the attribute, all of them in there.</summary>
    private ulong[] Block(string path, int readers)
    {
        int before = core.Tree.Calls.Count;
        ulong[] waiting = [.. Enumerable.Range(0, readers).Select(_ => tree.BeginRead(path))];
        Assert.True(SpinWait.SpinUntil(() => core.Tree.Calls.Count == before + readers, Generous));
        return waiting;
    }

    private ulong[] BlockDevice(string path) =>
        [.. Enumerable.Range(0, ActiveCalls.MaxPerDevice / ActiveCalls.MaxPerFile).SelectMany(number => Block($"{path}/slow{number}", ActiveCalls.MaxPerFile))];

    private void AssertAnswers(string directory, string file = "fast")
    {
        Assert.Equal(Errno.None, tree.Read($"{directory}/{file}"));
        Assert.Equal(Errno.None, tree.Write($"{directory}/{file}", "1"));
        Assert.Equal(Errno.None, tree.Stat($"{directory}/{file}"));
        Assert.Equal(Errno.None, tree.List(directory));
    }

    private void AssertAllEnd(ulong[] waiting)
    {
        released.Set();
        Assert.All(waiting, request => Assert.Equal(Errno.None, tree.Wait(request).Error));
    }
}
