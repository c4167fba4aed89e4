using System.Buffers.Binary;
using System.Numerics;

using VfioMigration.DevVfio.Clients;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.DevVfio;

/// <summary>VFIO_DEVICE_IOEVENTFD: writes to a register that an eventfd of the client stands for (<c>vfio_pci_rdwr.c</c>).</summary>
internal sealed partial class DeviceFile
{
    /// <summary>VFIO_PCI_IOEVENTFD_MAX.</summary>
    private const int MaxIoeventfds = 1000;

    private readonly Lock gate = new();
    private readonly List<Ioeventfd> ioeventfds = [];

    /// <summary>
    /// Adds one, or with a descriptor of -1 removes it. EINVAL: not inside a BAR, or 8 bytes wide; EEXIST, ENODEV: it is there, or is not; ENOSPC: there are 1000; EBADF, EINVAL: no eventfd.
    /// </summary>
    internal Errno SetIoeventfd(VfioClient client, in VfioDeviceIoeventfd wanted)
    {
        int width = (int)(wanted.Flags & VfioIoeventfdFlags.VFIO_DEVICE_IOEVENTFD_SIZE_MASK);
        (int index, ulong offset) = Locate(wanted.Offset);
        if (BitOperations.PopCount((uint)width) != 1
            || wanted.Fd < -1
            || index > VfioPciIndex.VFIO_PCI_BAR5_REGION_INDEX
            || width == sizeof(ulong)
            || offset + (ulong)width > Device.Regions[index].Size)
        {
            return Errno.EINVAL;
        }

        var place = new Ioeventfd(wanted.Offset, wanted.Data, width);
        lock (gate)
        {
            Ioeventfd? existing = ioeventfds.Find(other => other == place);
            if (wanted.Fd == -1)
            {
                existing?.Watch?.Dispose();
                return existing is not null && ioeventfds.Remove(existing) ? Errno.None : Errno.ENODEV;
            }

            if (existing is not null || ioeventfds.Count >= MaxIoeventfds)
            {
                return existing is not null ? Errno.EEXIST : Errno.ENOSPC;
            }

            if (!client.GetEventFd(wanted.Fd).TryGet(out ClientEventFd eventFd, out Errno error))
            {
                return error;
            }

            byte[] data = new byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(data, wanted.Data);
            place.Watch = eventFd.Watch(() => Device.WriteRegion(index, offset, data.AsSpan(0, width)));
            ioeventfds.Add(place);
            return Errno.None;
        }
    }

    private void EndIoeventfds()
    {
        lock (gate)
        {
            ioeventfds.ForEach(static one => one.Watch?.Dispose());
            ioeventfds.Clear();
        }
    }

    private sealed record Ioeventfd(ulong Position, ulong Data, int Width)
    {
        internal IDisposable? Watch { get; set; }

        public bool Equals(Ioeventfd? other) => other is not null && (Position, Data, Width) == (other.Position, other.Data, other.Width);

        public override int GetHashCode() => HashCode.Combine(Position, Data, Width);
    }
}
