using System.Diagnostics.CodeAnalysis;

using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>Waits for eventfds of other processes, all of them on one thread, which begins with the first, and takes their counters.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "Its thread waits on the descriptor as long as the process lives.")]
public sealed class EventFdWatcher
{
    private readonly Lock gate = new();
    private readonly List<Watched> watched = [];
    private EventFd? changed;

    /// <summary>Begins to wait; the eventfd is closed when the result is disposed. The callback must be quick.</summary>
    public IDisposable Watch(CallersEventFd eventFd, Action signalled)
    {
        var added = new Watched(this, eventFd, signalled);
        lock (gate)
        {
            watched.Add(added);
            if (changed is null)
            {
                changed = new EventFd();
                new Thread(Run, 256 * 1024) { IsBackground = true, Name = "eventfd-watch" }.Start();
            }

            changed.Signal();
        }

        return added;
    }

    private unsafe void Run()
    {
        while (true)
        {
            Watched[] all;
            lock (gate)
            {
                all = [.. watched];
            }

            var polled = new PollDescriptor[all.Length + 1];
            polled[0] = new PollDescriptor { Fd = changed!.Descriptor.Number, Events = (short)PollEvents.POLLIN };
            for (int i = 0; i < all.Length; i++)
            {
                polled[i + 1] = new PollDescriptor { Fd = all[i].EventFd.Descriptor.Number, Events = (short)PollEvents.POLLIN };
            }

            fixed (PollDescriptor* descriptors = polled)
            {
                _ = LibC.Poll(descriptors, (nuint)polled.Length, -1);
            }

            Deliver(all, polled);
        }
    }

    /// <summary>What was closed meanwhile is not called: its number may be another file's by now.</summary>
    private void Deliver(Watched[] all, PollDescriptor[] polled)
    {
        Span<byte> counter = stackalloc byte[sizeof(ulong)];
        if (polled[0].Returned != 0)
        {
            _ = changed!.Descriptor.Read(counter);
        }

        for (int i = 0; i < all.Length; i++)
        {
            bool isSignalled;
            lock (gate)
            {
                isSignalled = polled[i + 1].Returned != 0 && watched.Contains(all[i]) && all[i].EventFd.Descriptor.Poll(PollEvents.POLLIN, 0) != 0 && all[i].EventFd.Descriptor.Read(counter).IsOk;
            }

            if (isSignalled)
            {
                all[i].Signalled();
            }
        }
    }

    private void Remove(Watched ended)
    {
        lock (gate)
        {
            if (watched.Remove(ended))
            {
                ended.EventFd.Dispose();
                changed!.Signal();
            }
        }
    }

    private sealed class Watched(EventFdWatcher owner, CallersEventFd eventFd, Action signalled) : IDisposable
    {
        internal CallersEventFd EventFd => eventFd;

        internal Action Signalled => signalled;

        public void Dispose() => owner.Remove(this);
    }
}
