using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.SysfsMount;

/// <summary>
/// Open files by handle. Objects and handles are reused; a handle carries a generation, so that a stale one finds nothing.
/// </summary>
internal sealed class OpenFileTable
{
    private readonly Lock gate = new();
    private Slot[] slots = [];
    private int[] free = [];
    private int freeCount;

    internal int OpenCount
    {
        get
        {
            lock (gate)
            {
                return slots.Length - freeCount;
            }
        }
    }

    internal Errno Open(KernfsRoot root, KernfsFile file, OpenFlags flags, out ulong handle)
    {
        handle = 0;
        int index;
        KernfsOpenFile open;
        lock (gate)
        {
            if (freeCount == 0)
            {
                Grow();
            }

            index = free[--freeCount];
            open = slots[index].File ??= new KernfsOpenFile();
        }

        Errno error = open.Open(root, file, flags);
        lock (gate)
        {
            if (error != Errno.None)
            {
                free[freeCount++] = index;
                return error;
            }

            ref Slot slot = ref slots[index];
            slot.Generation++;
            slot.IsOpen = true;
            slot.PollHandle = null;
            handle = Handle(index, slot.Generation);
            return Errno.None;
        }
    }

    internal KernfsOpenFile? Find(ulong handle)
    {
        lock (gate)
        {
            return TryIndex(handle, out int index) ? slots[index].File : null;
        }
    }

    internal void Release(ulong handle)
    {
        lock (gate)
        {
            if (TryIndex(handle, out int index))
            {
                ref Slot slot = ref slots[index];
                slot.IsOpen = false;
                slot.PollHandle = null;
                slot.File!.Close();
                free[freeCount++] = index;
            }
        }
    }

    /// <summary>Releases everything, when the kernel will release nothing any more.</summary>
    internal void Clear()
    {
        lock (gate)
        {
            foreach (ref Slot slot in slots.AsSpan())
            {
                if (slot.IsOpen)
                {
                    slot.File!.Close();
                }
            }

            slots = [];
            free = [];
            freeCount = 0;
        }
    }

    /// <summary>Remembers whom to wake for that open file; the kernel keeps the handle valid until release.</summary>
    internal void SetPollHandle(ulong handle, ulong kernelHandle)
    {
        lock (gate)
        {
            if (TryIndex(handle, out int index))
            {
                slots[index].PollHandle = kernelHandle;
            }
        }
    }

    /// <summary>Passes every poll handle of a file to <paramref name="wake"/>.</summary>
    internal void ForEachPoller(KernfsFile file, Action<ulong> wake)
    {
        lock (gate)
        {
            foreach (ref Slot slot in slots.AsSpan())
            {
                if (slot.IsOpen && slot.PollHandle is { } kernelHandle && slot.File!.File == file)
                {
                    wake(kernelHandle);
                }
            }
        }
    }

    private void Grow()
    {
        int before = slots.Length;
        Array.Resize(ref slots, Math.Max(16, before * 2));
        Array.Resize(ref free, slots.Length);
        for (int index = slots.Length - 1; index >= before; index--)
        {
            free[freeCount++] = index;
        }
    }

    private bool TryIndex(ulong handle, out int index)
    {
        index = (int)(uint)handle;
        return (uint)index < (uint)slots.Length && slots[index].IsOpen && slots[index].Generation == (uint)(handle >> 32);
    }

    private static ulong Handle(int index, uint generation) => ((ulong)generation << 32) | (uint)index;

    private struct Slot
    {
        internal KernfsOpenFile? File;
        internal uint Generation;
        internal bool IsOpen;
        internal ulong? PollHandle;
    }
}
