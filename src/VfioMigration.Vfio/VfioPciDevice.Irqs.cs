using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Irqs;

using static VfioMigration.Uapi.Vfio.VfioIrqSetFlags;
using static VfioMigration.Uapi.Vfio.VfioPciIndex;

namespace VfioMigration.Vfio;

/// <summary>VFIO_DEVICE_SET_IRQS of a PCI function (<c>vfio_pci_intrs.c</c>): of INTx, MSI and MSI-X one can be in use at a time.</summary>
public partial class VfioPciDevice
{
    private const int NoIrq = -1;

    private readonly Lock irqGate = new();
    private readonly bool hasErrorAndRequest;
    private readonly bool hasInterrupts;

    /// <summary>The index in use. Its lock is taken before those of the interrupts.</summary>
    private int irqType = NoIrq;
    private IDisposable? unmaskWatch;

    /// <summary>The samples compare with the number of indexes, and then look at each one by itself.</summary>
    private protected override uint VectorsOfKind(int index) =>
        hasErrorAndRequest || !hasInterrupts ? base.VectorsOfKind(index) : VFIO_PCI_NUM_IRQS;

    private protected override Errno SetIrqsOfKind(
        int index, VfioIrqSetFlags flags, uint start, uint count, ReadOnlySpan<byte> bools, ReadOnlySpan<IrqTrigger?> eventfds)
    {
        VfioIrqSetFlags action = flags & VFIO_IRQ_SET_ACTION_TYPE_MASK;
        bool isTrigger = action == VFIO_IRQ_SET_ACTION_TRIGGER;
        lock (irqGate)
        {
            return index switch
            {
                VFIO_PCI_INTX_IRQ_INDEX when action is VFIO_IRQ_SET_ACTION_MASK or VFIO_IRQ_SET_ACTION_UNMASK =>
                    Mask(flags, start, count, bools, eventfds, action == VFIO_IRQ_SET_ACTION_MASK),
                VFIO_PCI_INTX_IRQ_INDEX when isTrigger => Trigger(index, flags, start, count, bools, eventfds, isSingle: true),
                VFIO_PCI_MSI_IRQ_INDEX when isTrigger => Trigger(index, flags, start, count, bools, eventfds, isSingle: !hasErrorAndRequest),
                VFIO_PCI_MSIX_IRQ_INDEX when isTrigger && hasErrorAndRequest => Trigger(index, flags, start, count, bools, eventfds, isSingle: false),
                VFIO_PCI_ERR_IRQ_INDEX or VFIO_PCI_REQ_IRQ_INDEX when isTrigger && hasErrorAndRequest => TriggerSingle(Irqs[index], flags, start, count, bools, eventfds),
                >= VFIO_PCI_NUM_IRQS => base.SetIrqsOfKind(index, flags, start, count, bools, eventfds),
                _ => Errno.ENOTTY,
            };
        }
    }

    /// <summary>The last user has closed the device.</summary>
    private protected override void ForgetIrqs()
    {
        lock (irqGate)
        {
            irqType = NoIrq;
            unmaskWatch?.Dispose();
            unmaskWatch = null;
        }
    }

    /// <summary>INTx by hand, or its unmasking by an eventfd, which only vfio-pci knows.</summary>
    private Errno Mask(VfioIrqSetFlags flags, uint start, uint count, ReadOnlySpan<byte> bools, ReadOnlySpan<IrqTrigger?> eventfds, bool isMask)
    {
        if (irqType != VFIO_PCI_INTX_IRQ_INDEX || start != 0 || count != 1)
        {
            return Errno.EINVAL;
        }

        if (flags.HasFlag(VFIO_IRQ_SET_DATA_EVENTFD))
        {
            if (isMask || !hasErrorAndRequest)
            {
                return Errno.ENOTTY;
            }

            unmaskWatch?.Dispose();
            unmaskWatch = (eventfds[0] as IWatchableTrigger)?.Watch(() => Intx.SetMask(isMasked: false));
            return Errno.None;
        }

        if (flags.HasFlag(VFIO_IRQ_SET_DATA_NONE) || bools[0] != 0)
        {
            Intx.SetMask(isMask);
        }

        return Errno.None;
    }

    private Errno Trigger(
        int index, VfioIrqSetFlags flags, uint start, uint count, ReadOnlySpan<byte> bools, ReadOnlySpan<IrqTrigger?> eventfds, bool isSingle)
    {
        if (irqType == index && count == 0 && flags.HasFlag(VFIO_IRQ_SET_DATA_NONE))
        {
            Disable(index);
            return Errno.None;
        }

        if ((irqType != index && irqType != NoIrq) || (isSingle && (start != 0 || count != 1)))
        {
            return Errno.EINVAL;
        }

        if (flags.HasFlag(VFIO_IRQ_SET_DATA_EVENTFD))
        {
            bool isTakenAway = eventfds is [null] && !hasErrorAndRequest;
            if (isTakenAway || irqType == NoIrq)
            {
                Disable(index);
            }

            irqType = isTakenAway ? NoIrq : index;
            return isTakenAway ? Errno.None : Irqs[index].Set(flags, start, count, bools, eventfds);
        }

        if (irqType != index)
        {
            return Errno.EINVAL;
        }

        Irqs[index].Fire(start, count, bools);
        return Errno.None;
    }

    /// <summary>The error and the request to release the device (vfio_pci_set_ctx_trigger_single).</summary>
    private static Errno TriggerSingle(VfioIrq irq, VfioIrqSetFlags flags, uint start, uint count, ReadOnlySpan<byte> bools, ReadOnlySpan<IrqTrigger?> eventfds)
    {
        if (start != 0 || count > 1 || (count == 0 && !flags.HasFlag(VFIO_IRQ_SET_DATA_NONE)))
        {
            return Errno.EINVAL;
        }

        if (flags.HasFlag(VFIO_IRQ_SET_DATA_EVENTFD))
        {
            return irq.Set(flags, start, count, bools, eventfds);
        }

        if (flags.HasFlag(VFIO_IRQ_SET_DATA_NONE) && !irq.IsEnabled)
        {
            return Errno.EINVAL;
        }

        if (count == 0)
        {
            irq.Disable();
        }
        else
        {
            irq.Fire(start, count, bools);
        }

        return Errno.None;
    }

    private void Disable(int index)
    {
        Irqs[index].Disable();
        irqType = NoIrq;
        if (index == VFIO_PCI_INTX_IRQ_INDEX)
        {
            unmaskWatch?.Dispose();
            unmaskWatch = null;
        }
    }
}
