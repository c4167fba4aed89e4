using VfioMigration.Sysfs.Guards;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests.Kernfs;

/// <summary>A show that reads another file on the same thread.</summary>
public sealed class NestedAttributeTests : IDisposable
{
    private readonly SysfsTree tree = new(TimeProvider.System);
    private readonly ManualResetEventSlim entered = new();
    private readonly ManualResetEventSlim release = new();
    private readonly Kobject kobject;
    private readonly KernfsFile inner;
    private Action duringInner = static () => { };
    private Action afterInner = static () => { };

    public NestedAttributeTests()
    {
        kobject = new Kobject(tree, "object");
        kobject.AddTo(null);
        tree.Root.VendorCalls.Timeouts = VendorTimeouts.With(new Dictionary<string, TimeSpan> { ["step"] = TimeSpan.FromMilliseconds(50) });
        inner = AddFile("inner", () => duringInner());
    }

    public void Dispose()
    {
        release.Set();
        entered.Dispose();
        release.Dispose();
    }

    [Fact]
    public async Task Remove_OfTheOuterFileBehindANestedRead_WaitsForItsShow()
    {
        KernfsFile outer = AddOuter();
        afterInner = Block;
        Task<Result<byte[]>> reader = Background.Run(() => KernfsAccess.Cat(tree.Root, outer));
        Assert.True(entered.Wait(Background.Patience));

        tree.Root.Remove(inner);
        Assert.True(inner.IsDrained);
        Task removal = Background.Run(() => tree.Root.Remove(outer));
        Assert.True(SpinWait.SpinUntil(() => outer.IsRemoved, Background.Patience));
        Assert.False(outer.IsDrained);
        Assert.False(removal.IsCompleted);
        release.Set();

        await removal.WaitAsync(Background.Patience);
        Assert.True((await reader.WaitAsync(Background.Patience)).IsOk);
        Assert.True(outer.IsDrained);
    }

    [Fact]
    public async Task Remove_OfTheInnerFileWhileItIsRead_WaitsForIt()
    {
        KernfsFile outer = AddOuter();
        duringInner = Block;
        Task<Result<byte[]>> reader = Background.Run(() => KernfsAccess.Cat(tree.Root, outer));
        Assert.True(entered.Wait(Background.Patience));

        Task removal = Background.Run(() => tree.Root.Remove(inner));
        Assert.True(SpinWait.SpinUntil(() => inner.IsRemoved, Background.Patience));
        Assert.False(inner.IsDrained);
        release.Set();

        await removal.WaitAsync(Background.Patience);
        Assert.True((await reader.WaitAsync(Background.Patience)).IsOk);
    }

    /// <summary>The driver hangs in the inner show, and never comes back while the files are removed.</summary>
    [Fact]
    public async Task AbandonedCallInANestedRead_AnswersTheCallerAndFreesBothFiles()
    {
        KernfsFile outer = AddOuter();
        var caller = new WaitingCaller();
        var guard = new VendorGuard(tree.Root.VendorCalls, static _ => { });
        duringInner = () => guard.Call(VendorCall.Step, this, static test =>
        {
            test.Block();
            return Errno.None;
        });
        Task reader = Background.Run(() => Read(outer, caller));
        Assert.True(entered.Wait(Background.Patience));

        Assert.Equal(Errno.ETIMEDOUT, await caller.Answered.WaitAsync(Background.Patience));
        await Background.Run(kobject.RemoveDirectory).WaitAsync(Background.Patience);
        Assert.True(inner.IsDrained && outer.IsDrained);
        release.Set();
        await reader.WaitAsync(Background.Patience);
    }

    [Fact]
    public async Task CallerThatLeavesDuringANestedRead_FreesBothFiles()
    {
        KernfsFile outer = AddOuter();
        var caller = new WaitingCaller();
        duringInner = Block;
        Task reader = Background.Run(() => Read(outer, caller));
        Assert.True(entered.Wait(Background.Patience));

        caller.Leave();

        await Background.Run(kobject.RemoveDirectory).WaitAsync(Background.Patience);
        release.Set();
        await reader.WaitAsync(Background.Patience);
        Assert.True(inner.IsDrained && outer.IsDrained);
    }

    private void Read(KernfsFile file, AttributeCaller caller)
    {
        var open = new KernfsOpenFile();
        Assert.Equal(Errno.None, open.Open(tree.Root, file, OpenFlags.O_RDONLY));
        open.Read(0, new byte[Page.Size], new KernfsCaller(0, CancellationToken.None, caller));
        open.Close();
    }

    private void Block()
    {
        entered.Set();
        Assert.True(release.Wait(Background.Patience));
    }

    private KernfsFile AddOuter() => AddFile("outer", () =>
    {
        Assert.True(KernfsAccess.Cat(tree.Root, inner).IsOk);
        afterInner();
    });

    private KernfsFile AddFile(string name, Action show)
    {
        var attribute = SysfsAttribute<Kobject>.ReadOnly(name, (_, page) =>
        {
            show();
            return SysfsText.Line(page, 1);
        });
        return tree.Root.AddFile(kobject.LiveDirectory, attribute).Value;
    }

    private sealed class WaitingCaller : AttributeCaller
    {
        private readonly TaskCompletionSource<Errno> answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task<Errno> Answered => answered.Task;

        public override void Answer(Errno error) => answered.TrySetResult(error);
    }
}
