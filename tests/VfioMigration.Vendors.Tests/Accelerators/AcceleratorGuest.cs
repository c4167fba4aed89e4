using System.Buffers.Binary;

using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Accelerators;

/// <summary>A guest's driver of an accelerator: a ring of four requests at 0, data behind.</summary>
internal sealed class AcceleratorGuest : RegisterGuest
{
    internal const int Length = 4;
    internal const int RequestSize = 32;

    private int tail;

    internal AcceleratorGuest(string vendor = "qat")
        : base(vendor, true, [(1, 0), (2, 0), (3, Length), (0, 1)])
    {
    }

    internal void Write(int register, uint value) => Write((ulong)register * sizeof(uint), value);

    /// <summary>Submits a request and rings; its slot.</summary>
    internal int Submit(ulong source, ulong destination, uint length, uint key)
    {
        int slot = tail;
        byte[] request = new byte[RequestSize];
        BinaryPrimitives.WriteUInt64LittleEndian(request, source);
        BinaryPrimitives.WriteUInt64LittleEndian(request.AsSpan(8), destination);
        BinaryPrimitives.WriteUInt32LittleEndian(request.AsSpan(16), length);
        BinaryPrimitives.WriteUInt32LittleEndian(request.AsSpan(20), key);
        Memory.Write(slot * RequestSize, request);
        tail = (tail + 1) % Length;
        Write(5, (uint)tail);
        return slot;
    }

    /// <summary>0 not done, 1 done, 2 failed.</summary>
    internal uint Status(int slot) => BinaryPrimitives.ReadUInt32LittleEndian(Memory.Content.Slice((slot * RequestSize) + 24, 4));
}
