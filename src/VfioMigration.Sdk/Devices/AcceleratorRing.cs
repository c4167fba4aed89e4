using System.Buffers.Binary;

using VfioMigration.Uapi;
using VfioMigration.Vfio.Dma;
using VfioMigration.Vfio.Irqs;

using static VfioMigration.Sdk.Devices.AcceleratorRegister;

namespace VfioMigration.Sdk.Devices;

/// <summary>
/// A ring of requests to transform memory. A request has 32 bytes: source address (8), destination address (8), length (4), key (4), status (4,
/// written back), unused (4). The transformation is exclusive-or with the key, which stands for a cipher.
/// </summary>
/// <param name="registers">Of the device.</param>
/// <param name="dma">The way to the ring and to the data.</param>
/// <param name="interrupt">Raised when requests were done.</param>
internal sealed class AcceleratorRing(uint[] registers, DmaWindow dma, VfioIrq interrupt)
{
    internal const int RequestSize = 32;
    internal const int MaxLength = 4096;
    internal const int StatusOffset = 24;
    internal const uint Done = 1;
    internal const uint Failed = 2;

    private readonly DescriptorRing ring = new(registers, Control, BaseLow, RingLength, Head, Tail, RequestSize);
    private readonly byte[] data = new byte[MaxLength];

    /// <summary>Executes what lies between head and tail.</summary>
    internal void Execute()
    {
        if (!ring.IsReady)
        {
            return;
        }

        do
        {
            if (!TryTransform(ring.Next))
            {
                return;
            }

            ring.Advance();
        }
        while (!ring.IsEmpty);

        interrupt.Raise();
    }

    /// <summary>What the device makes of data; doing it twice undoes it.</summary>
    internal static void Transform(Span<byte> data, uint key)
    {
        for (int i = 0; i < data.Length; i++)
        {
            data[i] ^= (byte)(key >> (8 * (i % sizeof(uint))));
        }
    }

    /// <summary>False when the device is not allowed to reach memory any more: the request stays where it is.</summary>
    private bool TryTransform(ulong at)
    {
        Span<byte> request = stackalloc byte[RequestSize];
        request.Clear();
        Errno error = dma.Read(at, request);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(request[16..]);
        Span<byte> content = data.AsSpan(0, (int)Math.Min(length, MaxLength));
        error = error == Errno.None && length > MaxLength ? Errno.EINVAL : error;
        error = error == Errno.None ? dma.Read(BinaryPrimitives.ReadUInt64LittleEndian(request), content) : error;
        if (error == Errno.None)
        {
            Transform(content, BinaryPrimitives.ReadUInt32LittleEndian(request[20..]));
            error = dma.Write(BinaryPrimitives.ReadUInt64LittleEndian(request[8..]), content);
        }

        if (error == Errno.EBUSY)
        {
            return false;
        }

        Span<byte> status = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(status, error == Errno.None ? Done : Failed);
        dma.Write(at + StatusOffset, status);
        registers[Completed]++;
        return true;
    }
}
