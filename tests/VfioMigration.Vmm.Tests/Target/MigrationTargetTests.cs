using System.Buffers.Binary;
using System.Text;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vmm.Guests;
using VfioMigration.Vmm.Source;
using VfioMigration.Vmm.Tests.Support;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Tests.Target;

public sealed class MigrationTargetTests : IDisposable
{
    private readonly TestLab lab = new();

    [Fact]
    public void Serve_OfNothing_IsReported() => Assert.Equal("the stream is empty", Serve([]));

    [Fact]
    public void Serve_OfForeignBytes_IsReported() =>
        Assert.Contains("not a migration stream", Serve(Encoding.ASCII.GetBytes("SSH-2.0-OpenSSH_9.9 nobody")));

    [Theory]
    [InlineData(SectionType.Commit)]
    [InlineData(SectionType.Memory)]
    [InlineData(SectionType.Confirmed)]
    [InlineData(SectionType.Query)]
    [InlineData((SectionType)999)]
    public void Serve_OfAStreamThatBeginsWithSomethingElse_NamesIt(SectionType type) =>
        Assert.Contains($"unexpected first section {type}", Serve(Sections((type, [1, 2, 3]))));

    [Fact]
    public void Serve_OfADescriptionThatIsNone_IsReported() =>
        Assert.Contains("invalid migration description", Serve(Sections((SectionType.Description, [1, 2, 3]))));

    [Theory]
    [InlineData(-1)]
    [InlineData(GuestOptions.MaxMemoryMegabytes + 1)]
    public void Serve_OfAGuestThatIsTooLarge_IsRefused(int megabytes)
    {
        Assert.Contains("ENOMEM", Serve(Sections((SectionType.Description, Description(megabytes)))));
        Assert.False(lab.Second.Device.IsOpen);
    }

    [Theory]
    [InlineData(SectionType.Memory)]
    [InlineData(SectionType.ZeroMemory)]
    public void Memory_ForADeviceThatComesAlone_IsRefused(SectionType type)
    {
        byte[] piece = new byte[type == SectionType.Memory ? 8 + 4096 : 16];
        BinaryPrimitives.WriteUInt64LittleEndian(piece.AsSpan(8), 4096);

        Assert.Contains("outside the guest's", Serve(Sections((SectionType.Description, Description(0)), (type, piece))));
        AssertAsNew();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 4096)]
    [InlineData(0, 100)]
    [InlineData(1 << 20, 4096)]
    [InlineData((1 << 20) - 4096, 8192)]
    [InlineData(-4096, 4096)]
    [InlineData(-4096, 8192)]
    public void MemoryOutsideTheGuest_IsRefused(long address, int length)
    {
        byte[] pages = new byte[8 + length];
        byte[] zeroes = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(pages, address);
        BinaryPrimitives.WriteInt64LittleEndian(zeroes, address);
        BinaryPrimitives.WriteInt64LittleEndian(zeroes.AsSpan(8), length);

        Assert.Contains("outside the guest's", Serve(Sections((SectionType.Description, Description(1)), (SectionType.Memory, pages))));
        Assert.Contains("outside the guest's", Serve(Sections((SectionType.Description, Description(1)), (SectionType.ZeroMemory, zeroes))));
        AssertAsNew();
    }

    [Theory]
    [InlineData(SectionType.Description, "unexpected section")]
    [InlineData(SectionType.Commit, "unexpected section")]
    [InlineData(SectionType.Ready, "unexpected section")]
    [InlineData(SectionType.End, "sections are missing")]
    [InlineData(SectionType.DeviceData, "EINVAL")]
    public void SectionsThatMakeNoSense_LeaveTheDeviceAsNew(SectionType type, string reason)
    {
        Assert.Contains(reason, Serve(Sections((SectionType.Description, Description(1)), (type, new byte[64]))));
        AssertAsNew();
    }

    [Fact]
    public void StreamThatEnds_LeavesTheDeviceAsNew()
    {
        Assert.Contains("ends early", Serve(Sections((SectionType.Description, Description(1)))));
        AssertAsNew();
    }

    [Fact]
    public async Task QuestionWhileTheDeviceDoesNotStart_IsNotAnsweredWithTaken()
    {
        lab.First.Start(TestLab.Busy());
        lab.Second.Device.Faults.Add(Vfio.Faults.FaultRule.Parse("arc STOP RUNNING_P2P EIO", out _)!);
        MigrationOutcome? answer = null;
        lab.Second.Reporting = text =>
        {
            if (text.Contains("does not run"))
            {
                answer = OutcomeQuery.SendOnce(new TestPeer(lab.First, lab.Second).Connect(default).Value, lab.Migrated[0], toTarget: true, lab.Clock, default);
            }
        };

        await lab.Migrate();

        Assert.Equal(MigrationOutcome.Undecided, answer);
        Assert.Equal(MigrationOutcome.Abandoned, lab.Second.Taken.Find(lab.Migrated[0]));
        lab.AssertRunsOnlyOn(lab.First);
    }

    [Fact]
    public async Task GuestThatArrives_IsAdoptedAndReported()
    {
        lab.First.Start(TestLab.Busy());

        await lab.Migrate();

        Assert.Equal(["migrated from first"], lab.Second.Reports);
        Assert.Equal(MigrationOutcome.Taken, lab.Second.Taken.Find(Assert.Single(lab.Migrated)));
    }

    public void Dispose() => lab.Dispose();

    private static byte[] Description(int megabytes) =>
        MigrationDescriptionFormat.Write(new MigrationDescription(Guid.NewGuid(), "nobody", "second", "second", null, "v2", megabytes));

    private static byte[] Sections(params (SectionType Type, byte[] Payload)[] sections)
    {
        using var memory = new MemoryStream();
        using var stream = new SectionStream(memory);
        foreach ((SectionType type, byte[] payload) in sections)
        {
            stream.Send(type, payload);
        }

        return memory.ToArray();
    }

    /// <summary>What the target says to a source that sends this and closes.</summary>
    private string? Serve(byte[] bytes)
    {
        (DuplexStream near, DuplexStream far) = DuplexStream.Pair();
        near.Write(bytes);
        near.Dispose();
        return lab.Second.Target.Serve(new DeafStream(far));
    }

    private void AssertAsNew()
    {
        Assert.Null(lab.Second.Guest);
        Assert.Equal(
            (false, VfioDeviceState.VFIO_DEVICE_STATE_RUNNING), (lab.Second.Device.IsOpen, lab.Second.Device.Migration!.State));
        Assert.Equal(new TestLab().Second.Device.Registers(), lab.Second.Device.Registers());
    }
}
