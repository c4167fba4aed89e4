using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

using static VfioMigration.Uapi.Vfio.VfioIrqSetFlags;

namespace VfioMigration.Vfio.Irqs;

/// <summary>
/// An interrupt index of a device: up to 2048 vectors, each with a trigger of the user, a mask where it is maskable, and a pending bit.
/// </summary>
/// <remarks>
/// An interrupt that is masked, or has no trigger, stays pending and is delivered when that ends: so an interrupt raised while
/// a device moves to another host is not lost.
/// </remarks>
public sealed class VfioIrq
{
    private readonly Lock gate = new();
    private readonly IrqTrigger?[] triggers;
    private readonly bool[] masked;

    /// <summary>What the delivery will add; 0 when nothing is pending. Values are ORed, so bits that name regions (R50) add up.</summary>
    private readonly ulong[] pending;
    private ManualResetEventSlim? acknowledgement;

    /// <param name="count">Vectors, 0 to 2048.</param>
    /// <param name="flags">MASKABLE and AUTOMASKED decide what MASK and a delivery do.</param>
    /// <param name="type">For a device specific interrupt.</param>
    public VfioIrq(int count, VfioIrqFlags flags, IrqTypeCapability? type = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 2048);
        Count = count;
        Flags = flags | (type is null ? VfioIrqFlags.None : VfioIrqFlags.Caps);
        Type = type;
        triggers = new IrqTrigger?[count];
        masked = new bool[count];
        pending = new ulong[count];
    }

    public int Count { get; }

    /// <summary>False for an index of which the driver knows nothing: VFIO_DEVICE_GET_IRQ_INFO is EINVAL.</summary>
    public bool IsKnown { get; init; } = true;

    public VfioIrqFlags Flags { get; }

    public IrqTypeCapability? Type { get; }

    /// <summary>True when a trigger is set.</summary>
    public bool IsEnabled
    {
        get
        {
            lock (gate)
            {
                return triggers.Any(trigger => trigger is not null);
            }
        }
    }

    /// <summary>
    /// VFIO_DEVICE_SET_IRQS. EINVAL: unknown flags, not exactly one DATA and one ACTION, vectors that do not exist, or data of the wrong
    /// length. ENOTTY: MASK or UNMASK of what is not maskable, or by eventfd.
    /// </summary>
    /// <param name="flags">One DATA flag and one ACTION flag.</param>
    /// <param name="start">First vector.</param>
    /// <param name="count">Vectors; 0 with DATA_NONE and TRIGGER disables the index.</param>
    /// <param name="bools">For DATA_BOOL one byte per vector.</param>
    /// <param name="eventfds">For DATA_EVENTFD one per vector, null to take the trigger away.</param>
    public Errno Set(VfioIrqSetFlags flags, uint start, uint count, ReadOnlySpan<byte> bools, ReadOnlySpan<IrqTrigger?> eventfds)
    {
        VfioIrqSetFlags data = flags & VFIO_IRQ_SET_DATA_TYPE_MASK;
        VfioIrqSetFlags action = flags & VFIO_IRQ_SET_ACTION_TYPE_MASK;
        if ((flags & ~(VFIO_IRQ_SET_DATA_TYPE_MASK | VFIO_IRQ_SET_ACTION_TYPE_MASK)) != 0
            || !uint.IsPow2((uint)data)
            || !uint.IsPow2((uint)action)
            || start >= Count
            || (ulong)start + count > (ulong)Count
            || (data == VFIO_IRQ_SET_DATA_BOOL && bools.Length < count)
            || (data == VFIO_IRQ_SET_DATA_EVENTFD && eventfds.Length < count)
            || (count == 0 && (data != VFIO_IRQ_SET_DATA_NONE || action != VFIO_IRQ_SET_ACTION_TRIGGER)))
        {
            return Errno.EINVAL;
        }

        if (action != VFIO_IRQ_SET_ACTION_TRIGGER && (data == VFIO_IRQ_SET_DATA_EVENTFD || !Flags.HasFlag(VfioIrqFlags.VFIO_IRQ_INFO_MASKABLE)))
        {
            return Errno.ENOTTY;
        }

        lock (gate)
        {
            if (count == 0)
            {
                DropTriggers();
            }

            for (int i = 0; i < count; i++)
            {
                if (data == VFIO_IRQ_SET_DATA_EVENTFD)
                {
                    (triggers[start + i] as IDisposable)?.Dispose();
                    triggers[start + i] = eventfds[i];
                    DeliverPending((int)start + i);
                }
                else if (data == VFIO_IRQ_SET_DATA_NONE || bools[i] != 0)
                {
                    Act(action, (int)start + i);
                }
            }
        }

        return Errno.None;
    }

    /// <summary>The device interrupts.</summary>
    /// <param name="vector">Below <see cref="Count"/>.</param>
    /// <param name="value">What is added to the eventfd's counter.</param>
    public void Raise(int vector = 0, ulong value = 1)
    {
        lock (gate)
        {
            if (masked[vector] || triggers[vector] is not { } trigger)
            {
                pending[vector] |= value;
                return;
            }

            Deliver(vector, trigger, value);
        }
    }

    /// <summary>
    /// Interrupts and waits until the user acknowledges (R50: by writing the eventfd back). False when there is no trigger, or no acknowledgement in
    /// time.
    /// </summary>
    public bool RaiseAndWait(ulong value, TimeSpan timeout)
    {
        using var answered = new ManualResetEventSlim();
        lock (gate)
        {
            if (triggers[0] is not { } trigger)
            {
                return false;
            }

            acknowledgement = answered;
            trigger.Signal(value);
        }

        bool inTime = answered.Wait(timeout);
        lock (gate)
        {
            acknowledgement = null;
        }

        return inTime;
    }

    /// <summary>The user's answer to <see cref="RaiseAndWait"/>; ignored when none is expected.</summary>
    public void Acknowledge()
    {
        lock (gate)
        {
            acknowledgement?.Set();
        }
    }

    /// <summary>The device takes a level-triggered interrupt back before anybody saw it.</summary>
    public void Lower(int vector = 0)
    {
        lock (gate)
        {
            pending[vector] = 0;
        }
    }

    public bool IsPending(int vector = 0)
    {
        lock (gate)
        {
            return pending[vector] != 0;
        }
    }

    public bool IsMasked(int vector = 0)
    {
        lock (gate)
        {
            return masked[vector];
        }
    }

    /// <summary>No trigger, no mask; what is pending stays.</summary>
    internal void Disable()
    {
        lock (gate)
        {
            DropTriggers();
            masked.AsSpan().Clear();
        }
    }

    /// <summary>Fires the triggers of vectors, as a user who tests them.</summary>
    internal void Fire(uint start, uint count, ReadOnlySpan<byte> bools)
    {
        lock (gate)
        {
            for (int i = 0; i < count; i++)
            {
                if (bools.IsEmpty || bools[i] != 0)
                {
                    triggers[start + i]?.Signal();
                }
            }
        }
    }

    /// <summary>Masks or unmasks the one vector of a level-triggered interrupt.</summary>
    internal void SetMask(bool isMasked)
    {
        lock (gate)
        {
            Act(isMasked ? VFIO_IRQ_SET_ACTION_MASK : VFIO_IRQ_SET_ACTION_UNMASK, 0);
        }
    }

    /// <summary>Masks and pending bits, one byte per vector: bit 0 masked, bit 1 pending. The triggers belong to the user.</summary>
    public void Save(Span<byte> destination)
    {
        lock (gate)
        {
            for (int i = 0; i < Count; i++)
            {
                destination[i] = (byte)((masked[i] ? 1 : 0) | (pending[i] != 0 ? 2 : 0));
            }
        }
    }

    /// <summary>Undoes <see cref="Save"/> and delivers what is pending to the triggers here.</summary>
    public void Load(ReadOnlySpan<byte> source)
    {
        lock (gate)
        {
            for (int i = 0; i < Count; i++)
            {
                masked[i] = (source[i] & 1) != 0;
                pending[i] = (source[i] & 2) != 0 ? 1UL : 0;
                DeliverPending(i);
            }
        }
    }

    private void DropTriggers()
    {
        foreach (ref IrqTrigger? trigger in triggers.AsSpan())
        {
            (trigger as IDisposable)?.Dispose();
            trigger = null;
        }
    }

    private void Act(VfioIrqSetFlags action, int vector)
    {
        switch (action)
        {
            case VFIO_IRQ_SET_ACTION_MASK:
                masked[vector] = true;
                break;
            case VFIO_IRQ_SET_ACTION_UNMASK:
                masked[vector] = false;
                DeliverPending(vector);
                break;
            default:
                // A loopback: the user fires its own trigger.
                triggers[vector]?.Signal();
                break;
        }
    }

    private void DeliverPending(int vector)
    {
        if (pending[vector] is not 0 and ulong value && !masked[vector] && triggers[vector] is { } trigger)
        {
            pending[vector] = 0;
            Deliver(vector, trigger, value);
        }
    }

    private void Deliver(int vector, IrqTrigger trigger, ulong value)
    {
        masked[vector] |= Flags.HasFlag(VfioIrqFlags.VFIO_IRQ_INFO_AUTOMASKED);
        trigger.Signal(value);
    }
}
