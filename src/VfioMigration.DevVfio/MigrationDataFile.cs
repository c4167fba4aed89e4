using VfioMigration.DevVfio.Clients;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.DevVfio;

/// <summary>The descriptor that VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE gives out: a stream, to read or to write. It dies with its session, the rest of the device goes on.</summary>
internal sealed class MigrationDataFile(MigrationSession session) : DevVfioFile
{
    public override VfioFileKind Kind => VfioFileKind.MigrationData;

    internal MigrationSession Session => session;

    internal override bool IsStream => true;

    internal override Result<int> Read(VfioClient client, ulong position, Span<byte> destination) => session.Read(destination, client.Interrupted);

    internal override Result<int> Write(VfioClient client, ulong position, ReadOnlySpan<byte> source)
    {
        Errno error = session.Write(source, client.Interrupted);
        return error == Errno.None ? source.Length : error;
    }

    /// <summary>The session goes on: only the state can end it.</summary>
    internal override void Release()
    {
    }
}
