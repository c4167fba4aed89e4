using System.Collections.Frozen;

using VfioMigration.DevVfio.Clients;

namespace VfioMigration.DevVfio.Ioctls;

/// <summary>All ioctls of all files. Both ways in, FUSE_IOCTL and the trapped system call, go through here.</summary>
public static class VfioIoctlTable
{
    private static readonly FrozenDictionary<(VfioFileKind Kind, uint Number), VfioIoctl> ByFileAndNumber =
        ((IEnumerable<VfioIoctl>)[.. ContainerIoctls.Rows, .. GroupIoctls.Rows, .. DeviceIoctls.Rows, .. MigrationDataIoctls.Rows, .. IommufdIoctls.Rows])
            .ToFrozenDictionary(static row => (row.Kind, row.Number));

    /// <summary>Every row.</summary>
    public static IEnumerable<VfioIoctl> Rows => ByFileAndNumber.Values;

    /// <summary>The numbers that may open a file for the caller.</summary>
    public static IReadOnlyList<uint> NumbersThatReturnFiles { get; } = [.. Rows.Where(static row => row.ReturnsFile).Select(static row => row.Number).Distinct().Order()];

    /// <summary>Null for a number that files of this kind do not know.</summary>
    public static VfioIoctl? Find(VfioFileKind kind, uint number) => ByFileAndNumber.GetValueOrDefault((kind, number));

    /// <summary>Runs a request. ENOTTY for a number that the file does not know, EINVAL where the kernel answers so; else as the row says.</summary>
    public static VfioIoctlAnswer Invoke(DevVfioFile file, uint number, VfioClient client, ulong argument) =>
        Find(file.Kind, number) is { } row ? row.Run(file, new VfioIoctlCall(client, argument)) : file.UnknownIoctl;
}
