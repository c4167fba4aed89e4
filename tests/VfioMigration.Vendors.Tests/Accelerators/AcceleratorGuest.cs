using System.Buffers.Binary;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vendors.Tests.Conformance;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vendors.Tests.Accelerators;

/// <summary>A guest's driver of an accelerator: a ring of four requests at 0, data behind.</summary>
internal sealed class AcceleratorGuest : IDisposable
{
    internal const int Length = 4;
    internal const int RequestSize = 32;

    private readonly VfioDeviceFile file;
    private int tail;

    internal AcceleratorGuest(string vendor = "qat")
    {
        file = VendorDevice.Named(vendor).Create("v2").Open(Memory.Map).Value;
        SetBusMaster(true);
        foreach ((int register, uint value) in (ReadOnlySpan<(int, uint)>)[(1, 0), (2, 0), (3, Length), (0, 1)])
        {
            Write(register, value);
        }
    }

    internal GuestMemory Memory { get; } = new(64 * 1024);

    internal VfioDevice Device => file.Device;

    public void Dispose() => file.Dispose();

    internal void SetBusMaster(bool isBusMaster) =>
        Assert.Equal(Errno.None, Device.WriteRegion(VfioPciIndex.VFIO_PCI_CONFIG_REGION_INDEX, 4, [(byte)(isBusMaster ? 6 : 2), 0]));

    internal void Write(int register, uint value) =>
        Assert.Equal(Errno.None, Device.WriteRegion(0, (ulong)register * 4, BitConverter.GetBytes(value)));

    internal uint Read(int register)
    {
        byte[] bytes = new byte[4];
        Assert.Equal(Errno.None, Device.ReadRegion(0, (ulong)register * 4, bytes));
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

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
