using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests.Kernfs;

public sealed class KernfsRootRemovalTests : IDisposable
{
    private readonly SysfsTree tree = new(new ManualClock());
    private readonly ManualResetEventSlim entered = new();
    private readonly ManualResetEventSlim release = new();
    private readonly Kobject kobject;
    private readonly RecordingObserver observer = new();

    public KernfsRootRemovalTests()
    {
        kobject = new Kobject(tree, "object");
        kobject.AddTo(null);
        tree.Root.Subscribe(observer);
    }

    [Fact]
    public async Task Remove_WhileAShowRuns_WaitsForIt()
    {
        KernfsFile file = AddFile(SysfsAttribute<Kobject>.ReadOnly("slow", (_, page) => Block(page)));
        Task<Result<string>> reader = Background.Run(() => tree.Cat("object/slow"));
        Assert.True(entered.Wait(Background.Patience));

        Task removal = Background.Run(() => tree.Root.Remove(file));
        Assert.True(observer.SomethingRemoved.Wait(Background.Patience));
        Assert.False(removal.IsCompleted);
        release.Set();

        await removal.WaitAsync(Background.Patience);
        Assert.Equal("1\n", (await reader.WaitAsync(Background.Patience)).Value);
        Assert.True(file.IsDrained);
    }

    [Fact]
    public async Task Remove_OfTheDirectoryWhileAShowRuns_WaitsForIt()
    {
        AddFile(SysfsAttribute<Kobject>.ReadOnly("slow", (_, page) => Block(page)));
        Task<Result<string>> reader = Background.Run(() => tree.Cat("object/slow"));
        Assert.True(entered.Wait(Background.Patience));

        Task removal = Background.Run(kobject.RemoveDirectory);
        Assert.True(observer.SomethingRemoved.Wait(Background.Patience));
        Assert.False(removal.IsCompleted);
        release.Set();

        await removal.WaitAsync(Background.Patience);
        await reader.WaitAsync(Background.Patience);
    }

    [Fact]
    public void RemoveSelf_FromItsOwnStore_DoesNotWaitForItself()
    {
        SysfsAttribute<Kobject> remove = null!;
        bool mine = false;
        remove = SysfsAttribute<Kobject>.WriteOnly("remove", (owner, _) =>
        {
            mine = owner.RemoveFileSelf(remove);
            return Errno.None;
        });
        KernfsFile file = AddFile(remove);

        Assert.Equal(1, tree.Echo("1", "object/remove").Value);
        Assert.True(mine);
        Assert.True(file.IsRemoved);
        Assert.True(file.IsDrained);
        Assert.Equal(["removed object/remove"], observer.Seen);
    }

    [Fact]
    public void RemoveSelf_ThenTheWholeDirectory_FromTheSameStore_Ends()
    {
        SysfsAttribute<Kobject> remove = null!;
        remove = SysfsAttribute<Kobject>.WriteOnly("remove", (owner, _) =>
        {
            Assert.True(owner.RemoveFileSelf(remove));
            owner.RemoveDirectory();
            return Errno.None;
        });
        AddFile(remove);

        Assert.Equal(1, tree.Echo("1", "object/remove").Value);
        Assert.False(tree.Exists("object"));
    }

    [Fact]
    public async Task RemoveSelf_FromTwoStoresAtOnce_IsTrueForOne()
    {
        using var both = new Barrier(2);
        SysfsAttribute<Kobject> remove = null!;
        int removers = 0;
        remove = SysfsAttribute<Kobject>.WriteOnly("remove", (owner, _) =>
        {
            Assert.True(both.SignalAndWait(Background.Patience));
            if (owner.RemoveFileSelf(remove))
            {
                Interlocked.Increment(ref removers);
            }

            return Errno.None;
        });
        KernfsFile file = AddFile(remove);

        Result<int>[] written = await Task.WhenAll(
            Background.Run(() => tree.Echo("1", "object/remove")),
            Background.Run(() => tree.Echo("1", "object/remove"))).WaitAsync(Background.Patience);

        Assert.All(written, result => Assert.Equal(1, result.Value));
        Assert.Equal(1, removers);
        Assert.True(file.IsDrained);
    }

    [Fact]
    public void RemoveSelf_OfARemovedFile_IsFalse()
    {
        SysfsAttribute<Kobject> remove = SysfsAttribute<Kobject>.WriteOnly("remove", (_, _) => Errno.None);
        AddFile(remove);
        kobject.RemoveGroup(new AttributeGroup(remove));

        Assert.False(kobject.RemoveFileSelf(remove));
    }

    public void Dispose()
    {
        entered.Dispose();
        release.Dispose();
    }

    private Result<int> Block(Span<byte> page)
    {
        entered.Set();
        Assert.True(release.Wait(Background.Patience));
        return SysfsText.Line(page, 1);
    }

    private KernfsFile AddFile(KernfsAttribute attribute) => tree.Root.AddFile(kobject.LiveDirectory, attribute).Value;
}
