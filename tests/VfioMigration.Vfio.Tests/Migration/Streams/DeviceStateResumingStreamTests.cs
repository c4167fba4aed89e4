using System.Buffers.Binary;

using FsCheck.Fluent;

using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Tests.Support;

using static VfioMigration.Vfio.Tests.Support.States;

namespace VfioMigration.Vfio.Tests.Migration.Streams;

public class DeviceStateResumingStreamTests
{
    private readonly FakeMigratableDevice source = new FakeMigratableDevice(1, 2).Filled(1);
    private readonly FakeMigratableDevice destination = new FakeMigratableDevice(1, 2).Filled(2);
    private readonly byte[] untouched;
    private readonly byte[] stream;

    public DeviceStateResumingStreamTests()
    {
        stream = source.SaveStopped();
        untouched = destination.Snapshot();
        destination.Machine.SetState(STOP);
    }

    [Fact]
    public void AnyWriteSizes_LoadTheSameDevice()
    {
        FakeMigratableDevice large = new FakeMigratableDevice().Filled(3);
        byte[] longStream = large.SaveStopped();
        var device = new FakeMigratableDevice();
        Quietly.Check(
            Gen.Choose(1, 600_000).NonEmptyListOf(),
            sizes =>
            {
                device.Machine.Reset();
                Assert.Equal(Errno.None, device.Machine.SetState(RESUMING).Value!.WriteAll(longStream, [.. sizes]));
                Assert.True(device.Machine.SetState(RUNNING).IsOk);
                Assert.Equal(large.Snapshot(), device.Snapshot());
            },
            times: 30);
    }

    [Fact]
    public void EverySingleByteCorruption_IsRefusedAndTheDeviceUntouched()
    {
        var random = new Random(11);
        for (int i = 0; i < stream.Length; i++)
        {
            byte[] corrupt = [.. stream];
            corrupt[i] ^= (byte)random.Next(1, 256);
            AssertRefused(corrupt);
        }
    }

    [Fact]
    public void EveryTruncation_IsRefusedAndTheDeviceUntouched()
    {
        var resuming = new DeviceStateResumingStream(destination, static _ => { });
        for (int length = 0; length < stream.Length; length++)
        {
            Assert.Equal(Errno.EINVAL, resuming.Finish());
            Assert.Equal(Errno.None, resuming.Write(stream.AsSpan(length, 1)));
        }

        Assert.Equal(untouched, destination.Snapshot());
        Assert.Equal(Errno.None, resuming.Finish());
        Assert.Equal(source.Snapshot(), destination.Snapshot());
    }

    [Fact]
    public void EveryExchangeOfUnits_IsRefused()
    {
        byte[][] units = StateStreams.Units(stream);
        for (int one = 0; one < units.Length; one++)
        {
            for (int other = one + 1; other < units.Length; other++)
            {
                byte[][] exchanged = [.. units];
                (exchanged[one], exchanged[other]) = (units[other], units[one]);
                AssertRefused([.. exchanged.SelectMany(unit => unit)]);
            }
        }
    }

    [Fact]
    public void EveryRepeatedOrMissingUnit_IsRefused()
    {
        byte[][] units = StateStreams.Units(stream);
        for (int at = 0; at < units.Length; at++)
        {
            AssertRefused([.. units[..at].Append(units[at]).Concat(units[at..]).SelectMany(unit => unit)]);
            AssertRefused([.. units[..at].Concat(units[(at + 1)..]).SelectMany(unit => unit)]);
        }
    }

    /// <summary>Records that are intact and in order, of a program that writes nonsense.</summary>
    [Theory]
    [InlineData(DeviceStateFormat.MemoryRecord, 2u, 0ul, 4096, "lies outside")]
    [InlineData(DeviceStateFormat.MemoryRecord, uint.MaxValue, 0ul, 4096, "lies outside")]
    [InlineData(DeviceStateFormat.MemoryRecord, 0u, 4096ul, 4096, "lies outside")]
    [InlineData(DeviceStateFormat.MemoryRecord, 0u, 0ul, 8192, "lies outside")]
    [InlineData(DeviceStateFormat.MemoryRecord, 0u, 1ul, 4096, "lies outside")]
    [InlineData(DeviceStateFormat.MemoryRecord, 1u, 0xFFFFFFFFFFFFF000ul, 4096, "lies outside")]
    [InlineData(DeviceStateFormat.MemoryRecord, 0u, 0ul, 100, "lies outside")]
    [InlineData(DeviceStateFormat.EndRecord, 0u, 0ul, 0, "has an unexpected type")]
    [InlineData(0u, 0u, 0ul, 0, "has an unexpected type")]
    [InlineData(4u, 0u, 0ul, 0, "has an unexpected type")]
    public void IntactRecordOfNonsense_IsRefused(uint kind, uint piece, ulong offset, int payload, string reason)
    {
        byte[] record = new byte[DeviceStateFormat.RecordHeaderSize + payload];
        DeviceStateFormat.WriteRecord(record, kind, number: 0, piece, offset, new byte[payload]);

        AssertRefused([.. StateStreams.Units(stream)[0], .. record]);
        Assert.Contains(destination.Reports, report => report.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void RegistersWithoutTheMemory_AreRefused()
    {
        byte[] registers = new byte[DeviceStateFormat.RecordHeaderSize + 5];
        byte[] end = new byte[DeviceStateFormat.RecordHeaderSize];
        DeviceStateFormat.WriteRecord(registers, DeviceStateFormat.StateRecord, 0, 0, 0, new byte[5]);
        DeviceStateFormat.WriteRecord(end, DeviceStateFormat.EndRecord, 1, 0, 0, default);

        AssertRefused([.. StateStreams.Units(stream)[0], .. registers, .. end]);
        Assert.Contains("memory 0 has only 0 of 1 pages", destination.Reports[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void RecordThatIsTooLong_IsRefusedAtOnce()
    {
        byte[] header = new byte[DeviceStateFormat.RecordHeaderSize];
        DeviceStateFormat.WriteRecord(header, DeviceStateFormat.MemoryRecord, 0, 0, 0, default);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), DeviceStateFormat.MaxPayload + 1);
        MigrationSession session = destination.Machine.SetState(RESUMING).Value!;

        Assert.Equal(Errno.EINVAL, session.WriteAll([.. StateStreams.Units(stream)[0], .. header], 1));
        Assert.Contains("invalid length of 262145 bytes", destination.Reports[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void BytesAfterTheEnd_AreRefusedAndSpoilTheStream()
    {
        MigrationSession session = destination.Machine.SetState(RESUMING).Value!;
        Assert.Equal(Errno.None, session.Write(stream));
        Assert.Equal(Errno.None, session.Write([]));

        Assert.Equal(Errno.EINVAL, session.Write([0]));

        Assert.Equal(Errno.EINVAL, destination.Machine.SetState(STOP).Error);
        Assert.Equal(untouched, destination.Snapshot());
    }

    [Fact]
    public void RefusedStream_StaysRefused()
    {
        MigrationSession session = destination.Machine.SetState(RESUMING).Value!;
        Assert.Equal(Errno.EINVAL, session.Write(new byte[100]));
        int reports = destination.Reports.Count;

        Assert.Equal(Errno.EINVAL, session.Write(stream));

        Assert.Equal(reports, destination.Reports.Count);
        Assert.Equal(Errno.EINVAL, destination.Machine.SetState(STOP).Error);
        Assert.Equal(RESUMING, destination.Machine.State);
    }

    [Fact]
    public void InvalidRegisters_LeaveTheDeviceUntouched()
    {
        destination.AcceptsRegisters = false;
        MigrationSession session = destination.Machine.SetState(RESUMING).Value!;
        Assert.Equal(Errno.None, session.Write(stream));

        Assert.Equal(Errno.EINVAL, destination.Machine.SetState(STOP).Error);

        Assert.Equal(untouched, destination.Snapshot());
        Assert.Contains("register state is invalid", destination.Reports[0], StringComparison.Ordinal);
    }

    private void AssertRefused(byte[] bytes)
    {
        var resuming = new DeviceStateResumingStream(destination, destination.Reports.Add);
        Errno written = resuming.Write(bytes);
        Errno finished = resuming.Finish();
        Assert.True(written is Errno.None or Errno.EINVAL);
        Assert.Equal(Errno.EINVAL, finished);
        Assert.True(destination.Snapshot().AsSpan().SequenceEqual(untouched));
    }
}
