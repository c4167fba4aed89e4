using VfioMigration.Sysfs;
using VfioMigration.SysfsMount.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.SysfsMount.Tests;

/// <summary>The kernel keeps names and attributes for ever, so it is told what changed, and only about what it knows.</summary>
public sealed class SysfsFileSystemInvalidationTests : IDisposable
{
    private readonly MountedTree tree = new();
    private readonly ulong devices;
    private readonly ulong sample;

    public SysfsFileSystemInvalidationTests()
    {
        tree.Sample.AddGroup(new AttributeGroup(new SampleAttributes().ReadOnly("value")));
        tree.Core.CreateDirectory(tree.Sample, "child");
        devices = tree.Lookup("devices").NodeId;
        sample = tree.Lookup("devices/sample").NodeId;
    }

    public void Dispose() => tree.Dispose();

    [Fact]
    public void RemovalOfKnownSubtree_IsAnnouncedChildrenFirst()
    {
        ulong child = tree.Lookup("devices/sample/child").NodeId;
        tree.Lookup("devices/sample/value");

        DriverCore.RemoveDirectory(tree.Sample);

        List<string> told = tree.Notifications();
        int top = told.IndexOf($"entry {devices} sample");
        Assert.True(top >= 0);
        Assert.InRange(told.IndexOf($"entry {sample} value"), 0, top - 1);
        Assert.InRange(told.IndexOf($"entry {sample} child"), 0, top - 1);
        Assert.Contains($"node {child}", told);
        Assert.Equal($"node {devices}", told[^1]);
    }

    [Fact]
    public void RemovalOfUnknownChildren_IsNotAnnounced()
    {
        DriverCore.RemoveDirectory(tree.Sample);

        Assert.Equal([$"entry {devices} sample", $"node {sample}", $"node {devices}"], tree.Notifications());
    }

    [Fact]
    public void RemovalInUnknownDirectory_IsNotAnnounced()
    {
        Kobject other = tree.Core.CreateDirectory(tree.Core.Kernel, "other").Value;

        DriverCore.RemoveDirectory(other);

        Assert.Empty(tree.Notifications());
    }

    [Fact]
    public void RemovalOfForgottenNode_IsNotAnnounced()
    {
        tree.Forget(sample, 1);

        DriverCore.RemoveDirectory(tree.Sample);

        Assert.Equal([$"node {devices}"], tree.Notifications());
    }

    [Fact]
    public void RemovedLink_IsAnnounced()
    {
        DriverCore.CreateLink(tree.Core.Classes, "link", tree.Sample);
        ulong classes = tree.Lookup("class").NodeId;
        tree.Lookup("class/link");

        DriverCore.RemoveLink(tree.Core.Classes, "link");

        Assert.Equal([$"entry {classes} link"], tree.Notifications());
    }

    [Fact]
    public void NewSubdirectory_InvalidatesTheLinkCountOfItsParent()
    {
        tree.Core.CreateDirectory(tree.Sample, "new");

        Assert.Equal([$"node {sample}"], tree.Notifications());
    }

    [Fact]
    public void NewFile_InvalidatesNothing()
    {
        tree.Sample.AddGroup(new AttributeGroup(new SampleAttributes().ReadOnly("new")));

        Assert.Empty(tree.Notifications());
    }

    [Fact]
    public void EntryListedWithAttributes_IsKnownAndAnnounced()
    {
        tree.Readdir(sample, plus: true);

        DriverCore.RemoveDirectory(tree.Sample);

        Assert.Contains($"entry {sample} value", tree.Notifications());
    }

    [Fact]
    public void EntryListedByNameOnly_IsNotKnown()
    {
        tree.Readdir(sample, plus: false);

        DriverCore.RemoveDirectory(tree.Sample);

        Assert.DoesNotContain($"entry {sample} value", tree.Notifications());
    }

    [Fact]
    public void WriteThatRemoves_ReturnsAfterTheKernelWasTold()
    {
        Kobject victim = tree.Core.CreateDirectory(tree.Core.Devices, "victim").Value;
        tree.Sample.AddGroup(new AttributeGroup(SysfsAttribute<Kobject>.WriteOnly("remove", (_, _) =>
        {
            DriverCore.RemoveDirectory(victim);
            return Errno.None;
        })));
        tree.Lookup("devices/victim");
        ulong handle = tree.Open("devices/sample/remove", OpenFlags.O_WRONLY);
        tree.Notifications();

        Assert.Equal(1u, tree.Write(handle, "1"u8).Read<FuseWriteOut>().Size);

        Assert.Contains($"entry {devices} victim", tree.SentSoFar());
    }

    [Fact]
    public void TwoMounts_AreEachToldWhatTheyKnow()
    {
        var connection = new Fuse.InMemoryFuseConnection();
        var notifier = new Fuse.FuseNotifier(connection, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var second = new SysfsFileSystem(tree.Root, notifier);

        DriverCore.RemoveDirectory(tree.Sample);

        Assert.NotEmpty(tree.Notifications());
        Assert.Equal(0, notifier.Queued);
        second.Destroyed();
        connection.Dispose();
    }
}
