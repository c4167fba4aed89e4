using VfioMigration.Mdev;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.TestDrivers.Faulty;

/// <summary>Files of a device, each with a fault of its own.</summary>
internal static class FaultyAttributes
{
    private static readonly SysfsAttribute<MdevDevice> Notified = SysfsAttribute<MdevDevice>.ReadWrite(
        "notified",
        static (device, page) => SysfsText.Line(page, StateOf(device).Value),
        static (device, _) =>
        {
            StateOf(device).Value++;
            return device.Notify(Notified!);
        });

    internal static readonly IReadOnlyList<AttributeGroup> Groups =
    [
        new AttributeGroup(
            Notified,
            SysfsAttribute<MdevDevice>.ReadWrite("throw", static (_, _) => throw new InvalidOperationException("show"), static (_, _) => throw new InvalidOperationException("store")),
            SysfsAttribute<MdevDevice>.WriteOnly("thread", static (_, value) => Begin(SysfsText.TrimNewline(value).SequenceEqual("async"u8))),
            SysfsAttribute<MdevDevice>.ReadWrite("hang", static (device, page) => Hang(device) == Errno.None ? SysfsText.Line(page, 1) : Errno.EIO, static (device, _) => Hang(device)),
            SysfsAttribute<MdevDevice>.Interruptible("wait", null, static (device, _, interrupted) => Wait(device, interrupted)),
            SysfsAttribute<MdevDevice>.ReadOnly("waiting", static (device, page) => SysfsText.Line(page, Volatile.Read(ref StateOf(device).Waiting))),
            SysfsAttribute<MdevDevice>.WriteOnly("release", static (device, _) => Release(device)),
            SysfsAttribute<MdevDevice>.ReadOnly("toolong", static (_, page) => page.Length + 100),
            SysfsAttribute<MdevDevice>.ReadOnly("negative", static (_, _) => -5),
            SysfsAttribute<MdevDevice>.ReadWrite("errno", static (device, _) => (Errno)StateOf(device).Errno, static (_, value) =>
                (Errno)(int.TryParse(SysfsText.TrimNewline(value), out int number) ? number : 22))),
    ];

    private static FaultyState StateOf(MdevDevice device) => (FaultyState)device.DriverData!;

    /// <summary>Throws where nobody catches: on a thread, or in an asynchronous method without a task.</summary>
    private static Errno Begin(bool isAsynchronous)
    {
        if (isAsynchronous)
        {
            ThreadPool.QueueUserWorkItem(static _ => throw new InvalidOperationException("pool"));
        }
        else
        {
            new Thread(static () => throw new InvalidOperationException("thread")).Start();
        }

        return Errno.None;
    }

    private static Errno Hang(MdevDevice device)
    {
        FaultyState state = StateOf(device);
        Interlocked.Increment(ref state.Waiting);
        state.Gate.Wait();
        Interlocked.Decrement(ref state.Waiting);
        return Errno.None;
    }

    private static Errno Wait(MdevDevice device, CancellationToken interrupted)
    {
        FaultyState state = StateOf(device);
        Interlocked.Increment(ref state.Waiting);
        try
        {
            state.Gate.Wait(interrupted);
            return Errno.None;
        }
        catch (OperationCanceledException)
        {
            return Errno.EINTR;
        }
        finally
        {
            Interlocked.Decrement(ref state.Waiting);
        }
    }

    private static Errno Release(MdevDevice device)
    {
        StateOf(device).Gate.Set();
        return Errno.None;
    }
}
