using System.Numerics;
using System.Runtime.InteropServices;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Faults;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Workloads;
using VfioMigration.Vmm.Devices;
using VfioMigration.Vmm.Tests.Support;

namespace VfioMigration.Vmm.Tests.Devices;

public sealed class GuestDirtyLogTests
{
    public static TheoryData<MigrationPersonality, bool> Devices => new()
    {
        { MigrationPersonality.V2, true }, { MigrationPersonality.V2, false }, { MigrationPersonality.V1, true }, { MigrationPersonality.Rfc, false },
    };

    [Theory]
    [MemberData(nameof(Devices))]
    public void Harvest_FindsWhatProcessorAndDeviceWroteSinceTheLastOne(MigrationPersonality personality, bool hasLog)
    {
        using var lab = new TestLab(new TestDeviceOptions(personality, HasDirtyLog: hasLog), new TestDeviceOptions());
        GuestMemory memory = lab.First.Start(TestLab.Stepped()).Memory;
        memory.Write(0, 1u);
        lab.First.Device.Dma.Write(4096, [1]);
        using var log = new GuestDirtyLog(lab.First.Device, memory);
        Assert.Equal(Errno.None, log.Start());
        Assert.Empty(Harvest(log));

        memory.Write(3 * 4096, 1u);
        lab.First.Device.Dma.Write((200 * 4096) - 1, [1, 2]);

        Assert.Equal([3, 199, 200], Harvest(log));
        Assert.Empty(Harvest(log));
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void Harvest_AddsToWhatIsThere(MigrationPersonality personality, bool hasLog)
    {
        using var lab = new TestLab(new TestDeviceOptions(personality, HasDirtyLog: hasLog), new TestDeviceOptions());
        GuestMemory memory = lab.First.Start(TestLab.Stepped()).Memory;
        using var log = new GuestDirtyLog(lab.First.Device, memory);
        log.Start();
        lab.First.Device.Dma.Write(4096, [1]);
        ulong[] bitmap = [1, 0, 0, 0];

        log.Harvest(MemoryMarshal.AsBytes(bitmap.AsSpan()));

        Assert.Equal(3UL, bitmap[0]);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void Dispose_StopsTracking(MigrationPersonality personality, bool hasLog)
    {
        using var lab = new TestLab(new TestDeviceOptions(personality, HasDirtyLog: hasLog), new TestDeviceOptions());
        GuestMemory memory = lab.First.Start(TestLab.Stepped()).Memory;
        var log = new GuestDirtyLog(lab.First.Device, memory);
        log.Start();
        log.Dispose();

        Assert.Equal((null, false), (lab.First.Device.Dma.Log, memory.Map.IsContainerTracking));
    }

    [Fact]
    public void LogOfAnotherUser_IsAnErrorAndIsLeftAlone()
    {
        using var lab = new TestLab();
        GuestMemory memory = lab.First.Start(TestLab.Stepped()).Memory;
        lab.First.Device.Dma.StartLog([new VfioDmaLoggingRange { Iova = 0, Length = 4096 }], 4096);
        using (var log = new GuestDirtyLog(lab.First.Device, memory))
        {
            Assert.Equal(Errno.EINVAL, log.Start());
        }

        Assert.NotNull(lab.First.Device.Dma.Log);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void LostMark_IsMissingInTheHarvest(MigrationPersonality personality, bool hasLog)
    {
        using var lab = new TestLab(new TestDeviceOptions(personality, HasDirtyLog: hasLog), new TestDeviceOptions());
        GuestMemory memory = lab.First.Start(TestLab.Stepped()).Memory;
        using var log = new GuestDirtyLog(lab.First.Device, memory);
        log.Start();
        lab.First.Device.Faults.Add(FaultRule.Parse("lose-dirty n=2", out _)!);
        for (ulong page = 0; page < 4; page++)
        {
            lab.First.Device.Dma.Write(page * 4096, [1]);
        }

        Assert.Equal([0, 2], Harvest(log));
    }

    private static List<int> Harvest(GuestDirtyLog log)
    {
        ulong[] bitmap = new ulong[4];
        Assert.Equal(Errno.None, log.Harvest(MemoryMarshal.AsBytes(bitmap.AsSpan())));
        var pages = new List<int>();
        for (int word = 0; word < bitmap.Length; word++)
        {
            for (ulong left = bitmap[word]; left != 0; left &= left - 1)
            {
                pages.Add((word * 64) + BitOperations.TrailingZeroCount(left));
            }
        }

        return pages;
    }
}
