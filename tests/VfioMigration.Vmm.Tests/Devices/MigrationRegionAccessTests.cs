using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Faults;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vmm.Devices;
using VfioMigration.Vmm.Tests.Support;

namespace VfioMigration.Vmm.Tests.Devices;

public sealed class MigrationRegionAccessTests : IDisposable
{
    private readonly TestLab lab = new(MigrationPersonality.V1);
    private readonly MigrationRegionAccess region;

    public MigrationRegionAccessTests() => region = new MigrationRegionAccess(lab.First.Device);

    [Fact]
    public void Chunks_AreThereWhilePendingSaysSo()
    {
        Assert.Equal(0UL, region.ReadPending().Value);
        Assert.Equal(Errno.None, region.Enter(VfioDeviceStateRfc.STOP_COPY));
        byte[] chunk = new byte[64 * 1024];
        long total = 0;
        while (region.ReadPending().Value > 0)
        {
            total += region.ReadChunk(chunk).Value;
        }

        Assert.True(total > TestDevice.MemoryLength);
    }

    [Fact]
    public void ReadChunk_IntoTooLittle_IsEMSGSIZE()
    {
        region.Enter(VfioDeviceStateRfc.STOP_COPY);
        region.ReadPending();

        Assert.Equal(Errno.EMSGSIZE, region.ReadChunk(new byte[4]).Error);
    }

    [Fact]
    public void WriteChunk_OfADeviceThatDoesNotResume_IsEINVAL() => Assert.Equal(Errno.EINVAL, region.WriteChunk([1, 2, 3]));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void FaultOfARead_ComesThrough(int occasion)
    {
        region.Enter(VfioDeviceStateRfc.STOP_COPY);
        region.ReadPending();
        lab.First.Device.Faults.Add(FaultRule.Parse($"read * ENODEV n={occasion}", out _)!);

        Assert.Equal(Errno.ENODEV, region.ReadChunk(new byte[64 * 1024]).Error);
    }

    public void Dispose() => lab.Dispose();
}
