using System.Buffers.Binary;

using VfioMigration.Vfio.Faults;
using VfioMigration.Vmm.Devices;
using VfioMigration.Vmm.Guests;
using VfioMigration.Vmm.Source;
using VfioMigration.Vmm.Tests.Support;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Tests.Source;

public sealed class StateSenderTests : IDisposable
{
    private const long MegabytePages = 256;

    private readonly TestLab lab = new();
    private readonly MemoryStream wire = new();
    private readonly Guest guest;

    public StateSenderTests() => guest = lab.First.Start(TestLab.Stepped());

    [Fact]
    public void MemoryOfZeroes_GoesAsItsLength()
    {
        Send();

        Assert.DoesNotContain(Read(), section => section.Type == SectionType.Memory);
        Assert.Equal(MegabytePages * 4096, Read().Where(section => section.Type == SectionType.ZeroMemory).Sum(section => Number(section.Payload, 8)));
    }

    [Fact]
    public void Pages_GoInRunsWithTheirAddress()
    {
        guest.Memory.Write(0, 1u);
        guest.Memory.Write(255 * 4096, 1u);
        Send();

        (SectionType _, byte[] payload) = Read().First(section => section.Type == SectionType.Memory);
        Assert.Equal((0, 8 + (1 << 20)), (Number(payload, 0), payload.Length));
        Assert.Equal(guest.Memory.Content, payload.AsSpan(8));
    }

    [Fact]
    public void Sections_EndWithTheirNumber()
    {
        guest.Run(50);
        Send();

        List<(SectionType Type, byte[] Payload)> sections = Read();
        Assert.Equal((SectionType.End, sections.Count - 1), (sections[^1].Type, Number(sections[^1].Payload, 0)));
        Assert.Equal(SectionType.GuestState, sections[^2].Type);
        Assert.Contains(sections, section => section.Type == SectionType.DeviceData);
    }

    [Fact]
    public void BandwidthCap_HoldsForThePreCopyOnly()
    {
        guest.Memory.Write(0, 1u);
        Send(new MigrationPolicy(1, TimeSpan.Zero, 1 << 20), afterPreCopy: () => guest.Memory.Write(0, 2u));

        // A megabyte of guest memory, 64 KiB of the device's, and their headers.
        Assert.InRange(lab.Clock.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.1));
    }

    [Theory]
    [InlineData("arc RUNNING PRE_COPY EIO", "entering pre-copy")]
    [InlineData("arc PRE_COPY PRE_COPY_P2P EIO", "stopping the device")]
    [InlineData("stream EIO at=100", "reading the device's state")]
    public void Fault_IsAProblemThatSaysWhere(string fault, string where)
    {
        lab.First.Device.Faults.Add(FaultRule.Parse(fault, out _)!);

        Assert.Contains($"first: {where}: ", Assert.Throws<StreamProblem>(() => Send()).Message);
        Assert.Null(lab.First.Device.Dma.Log);
    }

    [Fact]
    public void Cancelled_Throws() =>
        Assert.ThrowsAny<OperationCanceledException>(() => Send(cancelled: new CancellationToken(true)));

    public void Dispose()
    {
        wire.Dispose();
        lab.Dispose();
    }

    private void Send(MigrationPolicy? policy = null, Action? afterPreCopy = null, CancellationToken cancelled = default)
    {
        using var sections = new SectionStream(wire);
        using var sender = new StateSender(
            new MigrationSubject(lab.First.Device, guest),
            DeviceSaver.For(lab.First.Device),
            sections,
            policy ?? new MigrationPolicy(1, TimeSpan.Zero, 0),
            lab.Clock,
            new MigrationProgress(lab.Clock, new EventRecorder(static _ => { })),
            cancelled);
        sender.PreCopy();
        afterPreCopy?.Invoke();
        sender.StopCopy();
    }

    private List<(SectionType Type, byte[] Payload)> Read()
    {
        using var stream = new SectionStream(new MemoryStream(wire.ToArray()));
        var read = new List<(SectionType, byte[])>();
        while (stream.Receive(out ReadOnlySpan<byte> payload) is { } type)
        {
            read.Add((type, payload.ToArray()));
        }

        return read;
    }

    private static long Number(byte[] payload, int at) => BinaryPrimitives.ReadInt64LittleEndian(payload.AsSpan(at));
}
