using System.Buffers.Binary;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vendors.Tests.Conformance;

/// <summary>A guest's driver of a function whose 32-bit registers are in BAR 0. A refused access fails the test.</summary>
internal abstract class RegisterGuest : IDisposable
{
    private readonly VfioDeviceFile file;

    /// <param name="vendor">Row of <see cref="VendorDevice"/>.</param>
    /// <param name="isBusMaster">Whether the device may reach memory at first.</param>
    /// <param name="setup">Registers by number, and what is written to them in this order.</param>
    protected RegisterGuest(string vendor, bool isBusMaster, ReadOnlySpan<(int Register, uint Value)> setup)
    {
        file = VendorDevice.Named(vendor).Create("v2").Open(Memory.Map).Value;
        SetBusMaster(isBusMaster);
        foreach ((int register, uint value) in setup)
        {
            Write((ulong)register * sizeof(uint), value);
        }
    }

    internal GuestMemory Memory { get; } = new(64 * 1024);

    internal VfioDevice Device => file.Device;

    public void Dispose() => file.Dispose();

    internal void SetBusMaster(bool isBusMaster) =>
        Assert.Equal(Errno.None, Device.WriteRegion(VfioPciIndex.VFIO_PCI_CONFIG_REGION_INDEX, 4, [(byte)(isBusMaster ? 6 : 2), 0]));

    internal void Write(ulong offset, uint value) => Assert.Equal(Errno.None, Device.WriteRegion(0, offset, BitConverter.GetBytes(value)));

    internal uint Read(int register)
    {
        byte[] bytes = new byte[sizeof(uint)];
        Assert.Equal(Errno.None, Device.ReadRegion(0, (ulong)register * sizeof(uint), bytes));
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}
