using System.Diagnostics.CodeAnalysis;

using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>
/// A file with sessions: every open file has its own (R26). Sysfs has no such files, because its attributes know
/// of no open files; proc and debugfs have.
/// </summary>
public sealed class SysfsSessionAttribute<T>(string name, Func<T, IAttributeSession> open, uint? mode = null)
    : SysfsUnbufferedAttribute(name, mode ?? FileModes.Octal(644))
    where T : Kobject
{
    public override int Size => Page.Size;

    internal override Result<int> Read(Kobject kobject, ref object? state, long offset, Span<byte> destination, KernfsCaller caller)
    {
        Conversation conversation = Of(kobject, ref state);
        if (!conversation.TryEnter(caller.Interrupted))
        {
            return Errno.EINTR;
        }

        try
        {
            return conversation.Session.Read(destination);
        }
        finally
        {
            conversation.Leave();
        }
    }

    internal override Result<int> Write(Kobject kobject, ref object? state, long offset, ReadOnlySpan<byte> source, KernfsCaller caller)
    {
        ReadOnlySpan<byte> page = source[..Math.Min(source.Length, Page.Size)];
        Conversation conversation = Of(kobject, ref state);
        if (!conversation.TryEnter(caller.Interrupted))
        {
            return Errno.EINTR;
        }

        try
        {
            Errno error = conversation.Session.Write(page);
            return error == Errno.None ? page.Length : error;
        }
        finally
        {
            conversation.Leave();
        }
    }

    private Conversation Of(Kobject kobject, ref object? state)
    {
        if (Volatile.Read(ref state) is null)
        {
            Interlocked.CompareExchange(ref state, new Conversation(open((T)kobject)), null);
        }

        return (Conversation)state!;
    }

    /// <summary>A session whose calls take turns. Not a lock: the session may be a driver's, and a waiter can be interrupted.</summary>
    [SuppressMessage("Reliability", "CA1001", Justification = "A SemaphoreSlim whose AvailableWaitHandle is not used has nothing to dispose.")]
    private sealed class Conversation(IAttributeSession session)
    {
        private readonly SemaphoreSlim turn = new(1);

        internal IAttributeSession Session => session;

        internal bool TryEnter(CancellationToken interrupted)
        {
            try
            {
                turn.Wait(interrupted);
                return true;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }

        internal void Leave() => turn.Release();
    }
}
