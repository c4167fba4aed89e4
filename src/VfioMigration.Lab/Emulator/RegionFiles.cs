using System.Text;

using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Migration.Region;

namespace VfioMigration.Lab.Emulator;

/// <summary>The migration region of v1 and of the RFC, byte by byte; its state by name; the RFC's arcs.</summary>
internal static class RegionFiles
{
    /// <summary>The state as the region has it: of a device that has no other interface.</summary>
    internal static readonly AttributeGroup StateGroup = new(
        SysfsAttribute<EmulatorDevice>.ReadOnly("state", static (directory, page) => SysfsText.Line(page, directory.Device.MigrationRegion!.StateName)));

    internal static readonly AttributeGroup Group = new(
        SysfsAttribute<EmulatorDevice>.ReadOnly(
            "arcs",
            static (directory, page) => SysfsText.Lines(page, Arcs((MigrationRegionRfc)directory.Device.MigrationRegion!)),
            static directory => directory.Device.MigrationRegion is MigrationRegionRfc),
        new SysfsBinaryAttribute<EmulatorDevice>(
            "region",
            FileModes.Octal(600),
            MigrationRegion.DataOffset + MigrationRegion.DataSectionSize,
            Read,
            Write),
        new SysfsBinaryAttribute<EmulatorDevice>(
            "data_section",
            FileModes.Octal(600),
            MigrationRegion.DataSectionSize,
            static (directory, offset, destination) => Read(directory, MigrationRegion.DataOffset + offset, destination),
            static (directory, offset, source) => Write(directory, MigrationRegion.DataOffset + offset, source),
            static directory => directory.Device.Client is null ? directory.DataSection?.File : null));

    /// <summary>A field is read with its own offset and width, as the uAPI requires: <c>dd bs=8 skip=1 count=1</c> is pending_bytes.</summary>
    private static Result<int> Read(EmulatorDevice directory, long offset, Span<byte> destination)
    {
        int most = offset < MigrationRegion.DataOffset
            ? (int)Math.Min(destination.Length, MigrationRegion.DataOffset - offset)
            : destination.Length;
        Errno error = directory.RefuseWhileHeld();
        if (error != Errno.None)
        {
            return error;
        }

        error = directory.Device.ReadRegion(directory.Device.MigrationRegionIndex, (ulong)offset, destination[..most]);
        return error == Errno.None ? most : error;
    }

    private static Result<int> Write(EmulatorDevice directory, long offset, ReadOnlySpan<byte> source)
    {
        Errno error = directory.RefuseWhileHeld();
        if (error != Errno.None)
        {
            return error;
        }

        error = directory.Device.WriteRegion(directory.Device.MigrationRegionIndex, (ulong)offset, source);
        return error == Errno.None ? source.Length : error;
    }

    private static string Arcs(MigrationRegionRfc region)
    {
        var text = new StringBuilder();
        foreach (VfioDeviceStateRfc from in Enum.GetValues<VfioDeviceStateRfc>())
        {
            foreach (VfioDeviceStateRfc to in Enum.GetValues<VfioDeviceStateRfc>().Where(to => region.IsArcSupported(from, to)))
            {
                text.Append(from).Append(' ').Append(to).Append('\n');
            }
        }

        return text.ToString();
    }
}
