using VfioMigration.DevVfio.Tests.Support;
using VfioMigration.Uapi;

using static VfioMigration.DevVfio.Tests.Support.MeasuredTable;

namespace VfioMigration.DevVfio.Tests;

/// <summary>Rows 103 to 116: a device as a file.</summary>
public sealed class DeviceFileRowTests : IDisposable
{
    private const ulong Bar0 = 0;
    private const ulong Config = 7UL << 40;

    private readonly DevVfioFixture fixture = new();
    private readonly int device;

    public DeviceFileRowTests() => device = new OpenDevice(fixture, "mtty-1").Device;

    public void Dispose() => fixture.Dispose();

    /// <summary>Exempt: the file type in the mode; the errno of mmap; lseek.</summary>
    [Fact, Rows(103, 104, 115, 116)]
    public void Device_ThroughTheMount_IsAnEmptyFileThatIsAlwaysReady()
    {
        var file = new MountedFile(fixture.Mount, fixture.FileOf(device));

        CheckOutput(103, $"mode={Convert.ToString(file.Mode & ~FileType.S_IFMT, 8)} size={file.Size}");
        Assert.False(file.IsMappable);
        Assert.Equal(0, file.SeekErrno.Value);
        CheckOutput(116, $"[(10, {file.Poll})]");
    }

    [Fact, Rows(106, 107, 109, 110, 112, 113)]
    public void Regions_AreReadAtTheirPlaces()
    {
        byte[] status = new byte[1];

        Check(106, fixture.Read(device, new byte[256], Config));
        Check(107, fixture.Read(device, new byte[4], 6UL << 40));
        Check(109, fixture.Read(device, new byte[4], 9UL << 40));
        Check(110, fixture.Read(device, status, Bar0 + 5), status.Hex());
        CheckBarSize(112, 0x14);
        CheckBarSize(113, 0x18);
    }

    private void CheckBarSize(int row, ulong offset)
    {
        byte[] found = new byte[4];
        Assert.Equal(4, fixture.Write(device, Pack.Filled(4, 0xff), Config + offset).Value);
        Check(row, fixture.Read(device, found, Config + offset), found.Hex());
    }
}
