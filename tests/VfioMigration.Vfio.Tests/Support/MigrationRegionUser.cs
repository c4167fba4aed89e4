using System.Buffers.Binary;

using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration.Region;

namespace VfioMigration.Vfio.Tests.Support;

/// <summary>The loops of uapi-v1.md as a program runs them, by pread and pwrite of the device.</summary>
internal sealed class MigrationRegionUser(VfioDevice device)
{
    internal const int DeviceState = 0;
    internal const int Reserved = 4;
    internal const int PendingBytes = 8;
    internal const int DataOffset = 16;
    internal const int DataSize = 24;

    private readonly int index = device.Regions.Count - 1;

    internal Result<uint> Read32(ulong offset)
    {
        byte[] bytes = new byte[4];
        Errno error = device.ReadRegion(index, offset, bytes);
        return error == Errno.None ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : error;
    }

    internal Result<ulong> Read64(ulong offset)
    {
        byte[] bytes = new byte[8];
        Errno error = device.ReadRegion(index, offset, bytes);
        return error == Errno.None ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : error;
    }

    internal Errno Write(ulong offset, params byte[] bytes) => device.WriteRegion(index, offset, bytes);

    internal Errno Read(ulong offset, int length) => device.ReadRegion(index, offset, new byte[length]);

    internal Errno Write32(ulong offset, uint value) => Write(offset, BitConverter.GetBytes(value));

    internal Errno Write64(ulong offset, ulong value) => Write(offset, BitConverter.GetBytes(value));

    /// <summary>The chunks up to the moment there is nothing to fetch.</summary>
    internal List<byte[]> Save()
    {
        var chunks = new List<byte[]>();
        while (Read64(PendingBytes).Value > 0)
        {
            chunks.Add(Stage());
        }

        return chunks;
    }

    /// <summary>Steps 2 to 4: stages a chunk and reads it.</summary>
    internal byte[] Stage()
    {
        ulong offset = Read64(DataOffset).Value;
        Assert.Equal((ulong)MigrationRegion.DataOffset, offset);
        byte[] chunk = new byte[Read64(DataSize).Value];
        Assert.Equal(Errno.None, device.ReadRegion(index, offset, chunk));
        return chunk;
    }

    /// <summary>The resume loop; stops at the first errno.</summary>
    internal Errno Resume(IEnumerable<byte[]> chunks)
    {
        foreach (byte[] chunk in chunks)
        {
            ulong offset = Read64(DataOffset).Value;
            Assert.Equal(Errno.None, Write(offset, chunk));
            Errno error = Write64(DataSize, (ulong)chunk.Length);
            if (error != Errno.None)
            {
                return error;
            }
        }

        return Errno.None;
    }
}
