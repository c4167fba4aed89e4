namespace VfioMigration.Vfio.Irqs;

/// <summary>An eventfd of this process (eventfd(2)): a counter that a signal raises and a read takes.</summary>
public sealed class EventCounter : IrqTrigger
{
    private readonly Lock gate = new();
    private TaskCompletionSource? signalled;
    private ulong count;

    public override void Signal(ulong value = 1)
    {
        lock (gate)
        {
            count = ulong.MaxValue - 1 - count < value ? ulong.MaxValue - 1 : count + value;
            signalled?.TrySetResult();
            signalled = null;
        }
    }

    /// <summary>The count, which becomes 0; 0 when nothing was signalled.</summary>
    public ulong Read()
    {
        lock (gate)
        {
            ulong read = count;
            count = 0;
            return read;
        }
    }

    /// <summary>Completes when <see cref="Read"/> has something to give.</summary>
    public Task WhenSignalled()
    {
        lock (gate)
        {
            return count != 0 ? Task.CompletedTask : (signalled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
