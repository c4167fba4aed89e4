namespace VfioMigration.Testing;

/// <summary>Code that may block runs on a thread of its own, so that tests do not depend on the size of the thread pool.</summary>
internal static class Background
{
    /// <summary>Longer than anything here takes, also on a busy machine.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    internal static Task<T> Run<T>(Func<T> work, Action<Thread>? started = null)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        })
        { IsBackground = true };
        thread.Start();
        started?.Invoke(thread);
        return done.Task;
    }

    internal static Task Run(Action work, Action<Thread>? started = null) =>
        Run(
            () =>
            {
                work();
                return true;
            },
            started);

    /// <summary>Returns when the thread waits for something or has ended.</summary>
    internal static void WaitUntilBlocked(Thread thread) =>
        Assert.True(
            SpinWait.SpinUntil(
                () => (thread.ThreadState & (ThreadState.WaitSleepJoin | ThreadState.Stopped)) != 0,
                Patience),
            "the thread neither waits nor ends");
}
