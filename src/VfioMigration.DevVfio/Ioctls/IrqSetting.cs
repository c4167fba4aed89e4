using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using VfioMigration.DevVfio.Clients;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Irqs;

using static VfioMigration.Uapi.Vfio.VfioIrqSetFlags;

namespace VfioMigration.DevVfio.Ioctls;

/// <summary>VFIO_DEVICE_SET_IRQS: the checks of vfio_set_irqs_validate_and_prepare, then the caller's eventfds, then the device.</summary>
internal static class IrqSetting
{
    internal static Errno Run(VfioDevice device, in VfioIoctlCall call, in VfioIrqSet header)
    {
        Errno error = Validate(device, header, out int width);
        if (error != Errno.None)
        {
            return error;
        }

        int length = checked((int)header.Count * width);
        byte[] data = ArrayPool<byte>.Shared.Rent(length);
        error = call.Client.Read(call.Argument + (ulong)Unsafe.SizeOf<VfioIrqSet>(), data.AsSpan(0, length));
        error = error != Errno.None ? Errno.EFAULT
            : width == sizeof(int) ? SetByEventFds(device, call.Client, header, MemoryMarshal.Cast<byte, int>(data.AsSpan(0, length)))
            : device.SetIrqs((int)header.Index, header.Flags, header.Start, header.Count, data.AsSpan(0, length), []);
        ArrayPool<byte>.Shared.Return(data);
        return error;
    }

    /// <summary>EINVAL, in the kernel's order: argsz, the index, unknown flags, vectors that do not exist, not one kind of data, too little of it.</summary>
    private static Errno Validate(VfioDevice device, in VfioIrqSet header, out int width)
    {
        width = 0;
        if (header.Argsz < Unsafe.SizeOf<VfioIrqSet>()
            || header.Index >= device.Irqs.Count
            || header.Count >= uint.MaxValue - header.Start
            || (header.Flags & ~(VFIO_IRQ_SET_DATA_TYPE_MASK | VFIO_IRQ_SET_ACTION_TYPE_MASK)) != 0)
        {
            return Errno.EINVAL;
        }

        uint count = device.VectorsOf((int)header.Index);
        if (header.Start >= count || header.Start + header.Count > count)
        {
            return Errno.EINVAL;
        }

        switch (header.Flags & VFIO_IRQ_SET_DATA_TYPE_MASK)
        {
            case VFIO_IRQ_SET_DATA_NONE:
                break;
            case VFIO_IRQ_SET_DATA_BOOL:
                width = sizeof(byte);
                break;
            case VFIO_IRQ_SET_DATA_EVENTFD:
                width = sizeof(int);
                break;
            default:
                return Errno.EINVAL;
        }

        return header.Argsz - Unsafe.SizeOf<VfioIrqSet>() < header.Count * width ? Errno.EINVAL : Errno.None;
    }

    /// <summary>A descriptor of -1 takes a trigger away. Eventfds that the device does not take are closed.</summary>
    private static Errno SetByEventFds(VfioDevice device, VfioClient client, in VfioIrqSet header, ReadOnlySpan<int> descriptors)
    {
        var triggers = new IrqTrigger?[descriptors.Length];
        Errno error = Errno.None;
        for (int i = 0; i < descriptors.Length && error == Errno.None; i++)
        {
            if (descriptors[i] >= 0)
            {
                error = client.GetEventFd(descriptors[i]).TryGet(out ClientEventFd eventFd, out Errno refused) ? Errno.None : refused;
                triggers[i] = eventFd;
            }
            else if (descriptors[i] < -1)
            {
                error = Errno.EINVAL;
            }
        }

        error = error == Errno.None ? device.SetIrqs((int)header.Index, header.Flags, header.Start, header.Count, [], triggers) : error;
        if (error != Errno.None)
        {
            Array.ForEach(triggers, static trigger => (trigger as IDisposable)?.Dispose());
        }

        return error;
    }
}
