using System.Buffers.Binary;

using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Migration.Streams;

namespace VfioMigration.Vfio.Tests.Support;

/// <summary>Streams of saved state as a migration moves them.</summary>
internal static class StateStreams
{
    /// <summary>Everything up to the end of the session.</summary>
    internal static byte[] ReadToEnd(this MigrationSession session, params int[] sizes) => session.ReadUntil(Errno.None, sizes);

    /// <summary>Everything up to the temporary end in PRE_COPY.</summary>
    internal static byte[] ReadToTemporaryEnd(this MigrationSession session, params int[] sizes) =>
        session.ReadUntil(Errno.ENOMSG, sizes);

    /// <summary>All bytes in writes of the given sizes, over and over; the first errno.</summary>
    internal static Errno WriteAll(this MigrationSession session, ReadOnlySpan<byte> bytes, params int[] sizes)
    {
        for (int i = 0; !bytes.IsEmpty; i++)
        {
            int size = Math.Min(bytes.Length, sizes.Length == 0 ? bytes.Length : sizes[i % sizes.Length]);
            Errno error = session.Write(bytes[..size]);
            if (error != Errno.None)
            {
                return error;
            }

            bytes = bytes[size..];
        }

        return Errno.None;
    }

    /// <summary>The stream of a device that is stopped for it and runs again afterwards.</summary>
    internal static byte[] SaveStopped(this FakeMigratableDevice device)
    {
        byte[] stream = device.Machine.SetState(States.STOP_COPY).Value!.ReadToEnd();
        Assert.True(device.Machine.SetState(States.RUNNING).IsOk);
        return stream;
    }

    /// <summary>The header and the records of a stream.</summary>
    internal static byte[][] Units(byte[] stream)
    {
        var units = new List<byte[]>();
        int at = DeviceStateFormat.HeaderSize(
            BinaryPrimitives.ReadInt32LittleEndian(stream.AsSpan(12)),
            BinaryPrimitives.ReadInt32LittleEndian(stream.AsSpan(16)));
        units.Add(stream[..at]);
        while (at < stream.Length)
        {
            int size = DeviceStateFormat.RecordHeaderSize + BinaryPrimitives.ReadInt32LittleEndian(stream.AsSpan(at + 12));
            units.Add(stream[at..(at + size)]);
            at += size;
        }

        return [.. units];
    }

    private static byte[] ReadUntil(this MigrationSession session, Errno end, int[] sizes)
    {
        var stream = new MemoryStream();
        for (int i = 0; ; i++)
        {
            byte[] buffer = new byte[sizes.Length == 0 ? 1 << 20 : sizes[i % sizes.Length]];
            Result<int> read = session.Read(buffer);
            if (!read.TryGet(out int count, out Errno error) || count == 0)
            {
                Assert.Equal(end, error);
                return stream.ToArray();
            }

            stream.Write(buffer, 0, count);
        }
    }
}
