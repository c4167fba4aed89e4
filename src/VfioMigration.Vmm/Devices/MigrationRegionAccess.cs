using System.Buffers.Binary;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;

namespace VfioMigration.Vmm.Devices;

/// <summary>
/// The fields of the migration region, by pread and pwrite on the device. The numbers of the states used here are the same in v1 and the RFC.
/// </summary>
internal sealed class MigrationRegionAccess(VfioDevice device)
{
    private readonly int index = device.MigrationRegionIndex;

    internal Errno Enter(VfioDeviceStateRfc state)
    {
        Span<byte> value = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(value, (uint)state);
        return device.WriteRegion(index, VfioDeviceMigrationInfo.DeviceState, value);
    }

    internal Result<ulong> ReadPending() => Read(VfioDeviceMigrationInfo.PendingBytes);

    /// <summary>Stages the next chunk and copies it; its length.</summary>
    internal Result<int> ReadChunk(Span<byte> destination)
    {
        if (!Read(VfioDeviceMigrationInfo.DataOffset).TryGet(out ulong offset, out Errno error) || !Read(VfioDeviceMigrationInfo.DataSize).TryGet(out ulong size, out error))
        {
            return error;
        }

        if (size > (ulong)destination.Length)
        {
            return Errno.EMSGSIZE;
        }

        error = device.ReadRegion(index, offset, destination[..(int)size]);
        return error == Errno.None ? (int)size : error;
    }

    internal Errno WriteChunk(ReadOnlySpan<byte> chunk)
    {
        if (!Read(VfioDeviceMigrationInfo.DataOffset).TryGet(out ulong offset, out Errno error))
        {
            return error;
        }

        error = device.WriteRegion(index, offset, chunk);
        if (error != Errno.None)
        {
            return error;
        }

        Span<byte> size = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(size, (ulong)chunk.Length);
        return device.WriteRegion(index, VfioDeviceMigrationInfo.DataSize, size);
    }

    private Result<ulong> Read(ulong field)
    {
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        Errno error = device.ReadRegion(index, field, value);
        return error == Errno.None ? BinaryPrimitives.ReadUInt64LittleEndian(value) : error;
    }
}
