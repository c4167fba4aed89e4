using VfioMigration.Uapi;
using VfioMigration.Vfio.Faults;
using VfioMigration.Vmm.Devices;
using VfioMigration.Vmm.Guests;
using VfioMigration.Vmm.Source;
using VfioMigration.Vmm.Target;
using VfioMigration.Vmm.Tests.Support;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Tests.Target;

public sealed class StateReceiverTests : IDisposable
{
    private readonly TestLab lab = new();
    private readonly List<(SectionType Type, byte[] Payload)> sent;

    public StateReceiverTests() => sent = Sent();

    [Fact]
    public void Everything_ArrivesAndWaitsForTheWord()
    {
        StateReceiver receiver = Receive(sent);

        Assert.Equal(GuestStatus.Incoming, lab.Second.Guest!.Status);
        Assert.Equal(lab.First.Device.Registers(), lab.Second.Device.Registers());
        Assert.Equal(lab.First.Guest!.Memory.Content, lab.Second.Guest.Memory.Content);
        Assert.Equal((Errno.None, GuestStatus.Running), (receiver.Run(), lab.Second.Guest.Status));
        receiver.Leave();
    }

    [Fact]
    public void SectionThatIsMissing_IsRefused()
    {
        for (int left = 0; left < sent.Count; left++)
        {
            List<(SectionType, byte[])> fewer = [.. sent];
            fewer.RemoveAt(left);

            Assert.Throws<StreamProblem>(() => Receive(fewer));
            Assert.False(lab.Second.Device.IsOpen);
        }
    }

    [Fact]
    public void PageThatIsOlder_IsNamed()
    {
        (SectionType Type, byte[] Payload) first = sent.First(section => section.Type == SectionType.Memory);
        first.Payload[8 + (5 * 4096)] ^= 1;

        Assert.Equal("checksum mismatch in page 5 of guest memory", Assert.Throws<StreamProblem>(() => Receive(sent)).Message);
    }

    [Fact]
    public void GuestStateOfAnotherSize_IsRefused()
    {
        int at = sent.FindIndex(section => section.Type == SectionType.GuestState);
        sent[at] = (SectionType.GuestState, sent[at].Payload[..^1]);

        Assert.Equal("the workload's state has an invalid length", Assert.Throws<StreamProblem>(() => Receive(sent)).Message);
    }

    [Fact]
    public void GuestStateWithoutEnd_IsRefusedBeforeItFillsTheMemory()
    {
        List<(SectionType, byte[])> much = [.. Enumerable.Repeat((SectionType.GuestState, new byte[1 << 20]), 5)];

        Assert.Contains("unexpected section", Assert.Throws<StreamProblem>(() => Receive(much)).Message);
    }

    [Fact]
    public void Begin_OfADeviceThatDoesNotResume_GivesItBack()
    {
        lab.Second.Device.Faults.Add(FaultRule.Parse("arc STOP RESUMING EBUSY", out _)!);

        Assert.Equal(Errno.EBUSY, StateReceiver.Begin(lab.Second, lab.Second.Device, null).Error);
        Assert.False(lab.Second.Device.IsOpen);
    }

    public void Dispose() => lab.Dispose();

    private List<(SectionType Type, byte[] Payload)> Sent()
    {
        Guest guest = lab.First.Start(TestLab.Stepped());
        guest.Run(200);
        using var wire = new MemoryStream();
        using var sections = new SectionStream(wire);
        using (var sender = new StateSender(
            new MigrationSubject(lab.First.Device, guest),
            DeviceSaver.For(lab.First.Device),
            sections,
            new MigrationPolicy(1, TimeSpan.Zero, 0),
            lab.Clock,
            new MigrationProgress(lab.Clock, new EventRecorder(static _ => { })),
            CancellationToken.None))
        {
            sender.PreCopy();
            guest.Run(3);
            sender.StopCopy();
        }

        using var stream = new SectionStream(new MemoryStream(wire.ToArray()));
        var read = new List<(SectionType, byte[])>();
        while (stream.Receive(out ReadOnlySpan<byte> payload) is { } type)
        {
            read.Add((type, payload.ToArray()));
        }

        return read;
    }

    /// <summary>A receiver that got these sections; one that refuses them has given everything back.</summary>
    private StateReceiver Receive(IEnumerable<(SectionType Type, byte[] Payload)> all)
    {
        using var wire = new MemoryStream();
        using var writer = new SectionStream(wire);
        foreach ((SectionType type, byte[] payload) in all)
        {
            writer.Send(type, payload);
        }

        StateReceiver receiver = StateReceiver.Begin(lab.Second, lab.Second.Device, TestLab.Stepped()).Value;
        try
        {
            using var reader = new SectionStream(new MemoryStream(wire.ToArray()));
            receiver.Receive(reader);
            return receiver;
        }
        catch (StreamProblem)
        {
            receiver.Abandon();
            throw;
        }
    }
}
