using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Faults;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vmm.Devices;
using VfioMigration.Vmm.Tests.Support;

using static VfioMigration.Uapi.Vfio.VfioDeviceState;

namespace VfioMigration.Vmm.Tests.Devices;

/// <summary>The savers and the loaders of every personality promise the same.</summary>
public sealed class DeviceSaverTests
{
    public static TheoryData<MigrationPersonality, VfioMigrationFlags> Devices => new()
    {
        { MigrationPersonality.V2, VfioMigrationFlags.VFIO_MIGRATION_PRE_COPY },
        { MigrationPersonality.V1, VfioMigrationFlags.VFIO_MIGRATION_PRE_COPY },
        { MigrationPersonality.Rfc, VfioMigrationFlags.VFIO_MIGRATION_PRE_COPY | VfioMigrationFlags.VFIO_MIGRATION_P2P },
        { MigrationPersonality.V2, VfioMigrationFlags.VFIO_MIGRATION_STOP_COPY },
        { MigrationPersonality.V1, VfioMigrationFlags.VFIO_MIGRATION_STOP_COPY },
        { MigrationPersonality.Rfc, VfioMigrationFlags.VFIO_MIGRATION_STOP_COPY },
    };

    [Theory]
    [MemberData(nameof(Devices))]
    public void WhatIsSaved_CanBeLoadedByEveryPersonality(MigrationPersonality personality, VfioMigrationFlags flags)
    {
        using var lab = new TestLab(new TestDeviceOptions(personality, flags), new TestDeviceOptions());
        lab.First.Start(TestLab.Stepped()).Run(50);
        byte[] saved = Save(lab.First.Device);
        foreach (MigrationPersonality other in (MigrationPersonality[])[MigrationPersonality.V2, MigrationPersonality.V1, MigrationPersonality.Rfc])
        {
            using var elsewhere = new TestLab(other);
            DeviceLoader loader = DeviceLoader.For(elsewhere.First.Device);
            Assert.Equal(Errno.None, loader.Begin());
            Assert.Equal(Errno.None, loader.Write(saved));
            Assert.Equal(Errno.None, loader.Finish());

            Assert.Equal(lab.First.Device.Registers(), elsewhere.First.Device.Registers());
            Assert.Equal(VFIO_DEVICE_STATE_STOP, elsewhere.First.Device.Migration!.State);
            Assert.Equal(Errno.None, loader.Run());
            Assert.Equal(VFIO_DEVICE_STATE_RUNNING, elsewhere.First.Device.Migration.State);
        }
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void PreCopy_LeavesTheDeviceRunningAndComesToATemporaryEnd(MigrationPersonality personality, VfioMigrationFlags flags)
    {
        using var lab = new TestLab(new TestDeviceOptions(personality, flags), new TestDeviceOptions());
        DeviceSaver saver = DeviceSaver.For(lab.First.Device);

        Assert.Equal(Errno.None, saver.BeginPreCopy());
        Assert.True(DeviceStateTable.IsRunning(lab.First.Device.Migration!.State));
        long sent = Drain(saver).Length;
        Assert.Equal(flags.HasFlag(VfioMigrationFlags.VFIO_MIGRATION_PRE_COPY), sent > TestDevice.MemoryLength);
        lab.First.Device.StateMemory[0].Write(5000, [1]);
        Assert.Equal(sent > 0, Drain(saver).Length > 0);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void Abandon_InAnyState_LetsTheDeviceGoOn(MigrationPersonality personality, VfioMigrationFlags flags)
    {
        using var lab = new TestLab(new TestDeviceOptions(personality, flags), new TestDeviceOptions());
        lab.First.Start(TestLab.Stepped()).Run(50);
        byte[] before = lab.First.Device.Registers();
        DeviceSaver saver = DeviceSaver.For(lab.First.Device);
        saver.BeginPreCopy();
        Assert.Null(saver.Abandon());
        saver.StopAndCopy();
        Assert.Null(saver.Abandon());
        saver.StopAndCopy();
        saver.Finish();
        Assert.Null(saver.Abandon());

        Assert.Equal(VFIO_DEVICE_STATE_RUNNING, lab.First.Device.Migration!.State);
        Assert.Equal(before, lab.First.Device.Registers());
        Assert.Equal(Errno.None, lab.First.Guest!.Run(50));
        TestLab.AssertIntact(lab.First);
    }

    [Theory]
    [InlineData(MigrationPersonality.V2)]
    [InlineData(MigrationPersonality.V1)]
    [InlineData(MigrationPersonality.Rfc)]
    public void Abandon_OfABrokenDevice_ResetsIt(MigrationPersonality personality)
    {
        using var lab = new TestLab(personality);
        lab.First.Device.Faults.Add(FaultRule.Parse("arc RUNNING PRE_COPY EIO break", out _)!);
        DeviceSaver saver = DeviceSaver.For(lab.First.Device);

        Assert.Equal(Errno.EIO, saver.BeginPreCopy());
        Assert.Equal(VFIO_DEVICE_STATE_ERROR, lab.First.Device.Migration!.State);
        Assert.Equal("the device could not be resumed (EINVAL) and was reset", saver.Abandon());
        Assert.Equal(VFIO_DEVICE_STATE_RUNNING, lab.First.Device.Migration.State);
    }

    [Theory]
    [InlineData(MigrationPersonality.V2)]
    [InlineData(MigrationPersonality.V1)]
    [InlineData(MigrationPersonality.Rfc)]
    public void EveryTruncationAndCorruption_IsRefusedAndTheDeviceIsAsNew(MigrationPersonality personality)
    {
        using var lab = new TestLab(MigrationPersonality.V2, personality);
        lab.First.Start(TestLab.Stepped()).Run(5);
        byte[] saved = Save(lab.First.Device);
        byte[] before = lab.Second.Device.Registers();
        var random = new Random(3);
        for (int i = 0; i < 40; i++)
        {
            byte[] damaged = i % 2 == 0 ? saved[..random.Next(saved.Length)] : [.. saved];
            if (i % 2 != 0)
            {
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            }

            DeviceLoader loader = DeviceLoader.For(lab.Second.Device);
            Assert.Equal(Errno.None, loader.Begin());
            Errno error = loader.Write(damaged);
            Assert.Equal(Errno.EINVAL, error == Errno.None ? loader.Finish() : error);
            Assert.Equal(before, lab.Second.Device.Registers());
            Assert.Equal(Errno.None, loader.Abandon());
        }
    }

    private static byte[] Save(TestDevice device)
    {
        DeviceSaver saver = DeviceSaver.For(device);
        Assert.Equal(Errno.None, saver.StopAndCopy());
        byte[] saved = Drain(saver);
        Assert.Equal(0UL, saver.GetPendingBytes().Value);
        Assert.Equal(Errno.None, saver.Finish());
        return saved;
    }

    private static byte[] Drain(DeviceSaver saver)
    {
        var saved = new List<byte>();
        byte[] buffer = new byte[1 << 20];
        while (saver.Read(buffer).Value is > 0 and int count)
        {
            saved.AddRange(buffer.AsSpan(0, count));
        }

        return [.. saved];
    }
}
