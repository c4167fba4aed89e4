using System.Buffers.Binary;
using System.Runtime.InteropServices;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Features;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Tests.Support;

using static VfioMigration.Vfio.Tests.Support.FeatureCalls;

namespace VfioMigration.Vfio.Tests.Features;

/// <summary>uapi-v2.md: the order of the checks row by row, and the features of migration.</summary>
public class DeviceFeaturesTests
{
    private readonly ScriptedMigrationOps ops = new();
    private readonly TestVfioDevice device;

    public DeviceFeaturesTests() => device = new TestVfioDevice(ops, hasDirtyLog: true);

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(7)]
    public void Step1_UnreadableHeader_IsEFAULT(int length) =>
        Assert.Equal(Errno.EFAULT, DeviceFeatures.Invoke(device, new byte[length]).Error);

    /// <summary>One condition per row, everything after it wrong as well where that is possible.</summary>
    [Theory]
    [InlineData("2 argsz below 8", 7u, 0xFFFF0063u, Errno.EINVAL)]
    [InlineData("2 argsz of 0", 0u, Get | 1, Errno.EINVAL)]
    [InlineData("3 unknown flag", 8u, 0x80000063u, Errno.EINVAL)]
    [InlineData("3 lowest unknown flag", 16u, 0x80000u | Get | 1, Errno.EINVAL)]
    [InlineData("4 GET and SET", 16u, Get | Set | 99, Errno.EINVAL)]
    [InlineData("4 GET and SET with PROBE", 8u, Get | Set | Probe | 2, Errno.None)]
    [InlineData("5 unknown feature", 8u, Get | 99, Errno.ENOTTY)]
    [InlineData("5 unknown feature, PROBE", 8u, Probe | 99, Errno.ENOTTY)]
    [InlineData("5 unknown feature, neither", 8u, 0u | 99, Errno.ENOTTY)]
    [InlineData("6 SET of MIGRATION", 8u, Set | 1, Errno.EINVAL)]
    [InlineData("6 SET of MIGRATION, PROBE", 8u, Set | Probe | 1, Errno.EINVAL)]
    [InlineData("7 PROBE without method", 8u, Probe | 1, Errno.None)]
    [InlineData("7 PROBE needs no payload", 8u, Get | Probe | 1, Errno.None)]
    [InlineData("8 neither", 8u, 1u, Errno.EINVAL)]
    [InlineData("9 payload too short", 15u, Get | 1, Errno.EINVAL)]
    [InlineData("10 the operation", 16u, Get | 1, Errno.None)]
    [InlineData("10 a larger argsz", 64u, Get | 1, Errno.None)]
    public void Step_OfTheTable_HasItsResult(string row, uint argsz, uint flags, Errno expected)
    {
        byte[] argument = new byte[64];
        argument.AsSpan(8).Fill(0xAA);
        MemoryMarshal.Write(argument, argsz);
        MemoryMarshal.Write(argument.AsSpan(4), flags);

        FeatureOutcome outcome = DeviceFeatures.Invoke(device, argument);

        Assert.True(expected == outcome.Error, $"{row}: {outcome.Error.Name()}");
        Assert.Equal(argsz, MemoryMarshal.Read<uint>(argument));
        int touched = row.StartsWith("10", StringComparison.Ordinal) ? 8 : 0;
        Assert.All(argument[(8 + touched)..], value => Assert.Equal(0xAA, value));
    }

    [Theory]
    [InlineData(1u, true, false)]
    [InlineData(2u, true, true)]
    [InlineData(6u, false, true)]
    [InlineData(7u, false, true)]
    [InlineData(8u, true, false)]
    [InlineData(9u, true, false)]
    [InlineData(12u, false, true)]
    public void Probe_OfAFeature_TellsItsMethods(uint feature, bool get, bool set)
    {
        Assert.Equal(get ? Errno.None : Errno.EINVAL, device.Call(Probe | Get | feature));
        Assert.Equal(set ? Errno.None : Errno.EINVAL, device.Call(Probe | Set | feature));
        Assert.Equal(get && set ? Errno.None : Errno.EINVAL, device.Call(Probe | Get | Set | feature));
        Assert.Equal((States.RUNNING, null, false), (device.Migration!.State, device.Dma.Log, device.Migration.ReportsReinit));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(3u)]
    [InlineData(4u)]
    [InlineData(5u)]
    [InlineData(10u)]
    [InlineData(11u)]
    [InlineData(13u)]
    [InlineData(0xFFFFu)]
    public void Feature_ThatNobodyImplements_IsENOTTY(uint feature) =>
        Assert.All([Get, Set, Probe, Get | Probe, 0u], method => Assert.Equal(Errno.ENOTTY, device.Call(method | feature, new byte[64])));

    /// <summary>NOTES.md, 30: a device without migration refuses even PROBE.</summary>
    [Fact]
    public void DeviceWithoutMergedMigration_HasNoFeature()
    {
        VfioDevice[] others =
        [
            new TestVfioDevice(),
            new TestVfioDevice(ops, MigrationPersonality.V1, hasDirtyLog: true),
            new TestVfioDevice(ops, MigrationPersonality.Rfc, hasDirtyLog: true),
            new TestVfioDevice(ops, MigrationPersonality.None, hasDirtyLog: true),
        ];
        Assert.All(others, other => Assert.All([1u, 2u, 6u, 7u, 8u, 9u, 12u], feature =>
            Assert.Equal(Errno.ENOTTY, other.Call(Probe | feature))));
    }

    [Fact]
    public void DeviceWithoutLog_HasNoLoggingFeature() =>
        Assert.All([6u, 7u, 8u], feature => Assert.Equal(Errno.ENOTTY, new TestVfioDevice(ops).Call(Probe | feature)));

    [Theory]
    [InlineData(FeatureSets.StopCopy, 1ul)]
    [InlineData(FeatureSets.P2P, 3ul)]
    [InlineData(FeatureSets.PreCopy, 5ul)]
    [InlineData(FeatureSets.Everything, 7ul)]
    public void Migration_IsTheFlagsWord(VfioMigrationFlags flags, ulong word)
    {
        byte[] argument = Argument(Get | 1, new byte[8]);

        Assert.Equal(Errno.None, DeviceFeatures.Invoke(new TestVfioDevice(new ScriptedMigrationOps(flags)), argument).Error);
        Assert.Equal(word, BinaryPrimitives.ReadUInt64LittleEndian(argument.AsSpan(8)));
    }

    [Fact]
    public void GetState_IgnoresTheInputAndGivesNoDescriptor()
    {
        byte[] argument = Argument(Get | 2, [9, 9, 9, 9, 9, 9, 9, 9]);

        Assert.Equal(new FeatureOutcome(Errno.None), DeviceFeatures.Invoke(device, argument));
        Assert.Equal([2, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF], argument[8..]);
    }

    [Theory]
    [InlineData(1u, false)]
    [InlineData(2u, false)]
    [InlineData(3u, true)]
    [InlineData(4u, true)]
    [InlineData(5u, false)]
    [InlineData(6u, true)]
    [InlineData(7u, true)]
    public void SetState_GivesTheSessionThatBegan(uint state, bool begins)
    {
        (FeatureOutcome outcome, uint back, int dataFd) = device.SetState(state);

        Assert.Equal((Errno.None, state, -1), (outcome.Error, back, dataFd));
        Assert.Equal(begins, outcome.Session is not null);
        Assert.Same(device.Migration!.Session, outcome.Session);
        Assert.Equal((FeatureOutcome)new(Errno.None), device.SetState(state).Outcome);
    }

    /// <summary>NOTES.md, 23: the structure says the state asked for; only GET tells the truth.</summary>
    [Theory]
    [InlineData(0u)]
    [InlineData(8u)]
    [InlineData(0xFFFFFFFFu)]
    public void FailedSetState_WritesBackTheRequestAndNoDescriptor(uint state)
    {
        Assert.Equal((new FeatureOutcome(Errno.EINVAL), state, -1), device.SetState(state));
        Assert.Equal(States.RUNNING, device.Migration!.State);
    }

    [Fact]
    public void SetState_ThatFailsHalfWay_WritesBackTheRequest()
    {
        ops.OnArc = (_, to) => to == States.RESUMING ? Errno.ENOSPC : Errno.None;

        Assert.Equal((new FeatureOutcome(Errno.ENOSPC), 4u, -1), device.SetState(4));
        Assert.Equal(States.STOP, device.Migration!.State);
    }

    [Fact]
    public void DataSize_IsTheDriversEstimateInEveryState()
    {
        ops.Length = 0x1122334455667788;
        foreach (VfioDeviceState state in States.All.Skip(1))
        {
            device.Migration!.Reset();
            device.SetState((uint)state);
            byte[] argument = Argument(Get | 9, new byte[8]);

            Assert.Equal(Errno.None, DeviceFeatures.Invoke(device, argument).Error);
            Assert.Equal(ops.Length, BinaryPrimitives.ReadUInt64LittleEndian(argument.AsSpan(8)));
        }
    }

    [Fact]
    public void PrecopyInfoV2_OptsInAndNeedsPreCopy()
    {
        Assert.Equal(Errno.None, device.Call(Set | 12));
        Assert.True(device.Migration!.ReportsReinit);
        Assert.Equal(Errno.ENOTTY, new TestVfioDevice(new ScriptedMigrationOps(FeatureSets.P2P)).Call(Set | 12));
    }
}
