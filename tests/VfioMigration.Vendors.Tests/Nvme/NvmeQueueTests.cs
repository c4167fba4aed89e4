using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Uapi;
using VfioMigration.Vendors.Tests.Conformance;

using static VfioMigration.Uapi.Vfio.VfioDeviceState;

namespace VfioMigration.Vendors.Tests.Nvme;

public class NvmeQueueTests
{
    private const byte WriteCommand = 1;
    private const byte ReadCommand = 2;
    private const int Buffer = 0x3000;
    private const int OtherBuffer = 0x5000;
    private const int Blocks = 256;

    [Fact]
    public void Block_WrittenAndReadBack_IsTheSame()
    {
        using var guest = new NvmeGuest();
        byte[] block = new byte[4096];
        new Random(1).NextBytes(block);
        guest.Memory.Write(Buffer, block);
        Assert.Equal((1, 0x11, 0, 1), guest.Completion(guest.Submit(WriteCommand, 0x11, Buffer, Blocks - 1)));
        Assert.Equal((2, 0x22, 0, 1), guest.Completion(guest.Submit(ReadCommand, 0x22, OtherBuffer, Blocks - 1)));

        Moves.AssertSame(block, guest.Memory.Content.Slice(OtherBuffer, 4096));
        Assert.True(guest.Device.Irqs[2].IsPending());
    }

    [Fact]
    public void Phase_ChangesWheneverTheCompletionQueueWraps()
    {
        using var guest = new NvmeGuest();
        for (int i = 0; i < 5 * NvmeGuest.Length; i++)
        {
            int slot = guest.Submit(ReadCommand, (ushort)i, Buffer, 0);

            Assert.Equal(i % NvmeGuest.Length, slot);
            Assert.Equal(((slot + 1) % NvmeGuest.Length, i, 0, 1 ^ ((i / NvmeGuest.Length) & 1)), guest.Completion(slot));
        }
    }

    [Theory]
    [InlineData(0, 0, 0x01)]
    [InlineData(0xFF, 0, 0x01)]
    [InlineData(ReadCommand, Blocks, 0x80)]
    [InlineData(WriteCommand, ulong.MaxValue, 0x80)]
    public void Command_ThatIsInvalid_EndsWithAStatus(byte opcode, ulong block, int status)
    {
        using var guest = new NvmeGuest();

        Assert.Equal((1, 7, status, 1), guest.Completion(guest.Submit(opcode, 7, Buffer, block)));
    }

    [Theory]
    [InlineData(ReadCommand)]
    [InlineData(WriteCommand)]
    public void Command_ToMemoryThatIsNotMapped_EndsWithATransferError(byte opcode)
    {
        using var guest = new NvmeGuest();

        Assert.Equal((1, 7, 0x04, 1), guest.Completion(guest.Submit(opcode, 7, 0xFFFF_0000_0000, 0)));
    }

    [Fact]
    public void Command_ThatCannotBeRead_HasNoIdentifier()
    {
        using var guest = new NvmeGuest();
        int lastEntry = guest.Memory.Length - 64;
        guest.Memory.Write(lastEntry, [ReadCommand, 0, 0x77, 0]);
        guest.Memory.Write(lastEntry + 24, (ulong)Buffer);
        guest.Write(4, (uint)lastEntry);
        guest.Write(NvmeGuest.Doorbell, 2);

        Assert.Equal((1, 0x77, 0, 1), guest.Completion(0));
        Assert.Equal((2, 0, 0x04, 1), guest.Completion(1));
    }

    [Fact]
    public void Command_WithoutBusMaster_WaitsForIt()
    {
        using var guest = new NvmeGuest(isBusMaster: false);
        int slot = guest.Submit(ReadCommand, 7, Buffer, 0);
        Assert.Equal(0U, guest.Read(6));
        guest.SetBusMaster(true);
        guest.Write(NvmeGuest.Doorbell, 1);

        Assert.Equal((1, 7, 0, 1), guest.Completion(slot));
    }

    [Fact]
    public void Command_WhileStopped_IsExecutedWhenTheDeviceRuns()
    {
        using var guest = new NvmeGuest();
        guest.Device.Enter(VFIO_DEVICE_STATE_STOP);
        int slot = guest.Submit(ReadCommand, 7, Buffer, 0);
        Assert.Equal((0, 0, 0, 0), guest.Completion(slot));
        guest.Device.Enter(VFIO_DEVICE_STATE_RUNNING);

        Assert.Equal((1, 7, 0, 1), guest.Completion(slot));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1025)]
    [InlineData(uint.MaxValue)]
    public void Queue_OfAnImpossibleLength_DoesNothing(uint length)
    {
        using var guest = new NvmeGuest();
        guest.Write(5 * 4, length);
        guest.Submit(ReadCommand, 7, Buffer, 0);

        Assert.Equal(0U, guest.Read(6));
    }

    [Fact]
    public void Doorbell_BeyondTheQueue_DoesNothing()
    {
        using var guest = new NvmeGuest();
        guest.Write(NvmeGuest.Doorbell, NvmeGuest.Length);
        guest.Write(NvmeGuest.Doorbell, uint.MaxValue);

        Assert.Equal(0U, guest.Read(6));
        Assert.Equal((1, 7, 0, 1), guest.Completion(guest.Submit(ReadCommand, 7, Buffer, 0)));
    }

    [Fact]
    public void HeadAndCompletionTail_AreReadOnly()
    {
        using var guest = new NvmeGuest();
        guest.Write(6 * 4, 3);
        guest.Write(7 * 4, 3);

        Assert.Equal((0U, 0x8000_0000U), (guest.Read(6), guest.Read(7)));
    }

    [Fact]
    public void Bar_InAnythingButAlignedWords_IsRefused()
    {
        using var guest = new NvmeGuest();

        Assert.Equal(Errno.EINVAL, guest.Device.WriteRegion(0, 0, new byte[8]));
        Assert.Equal(Errno.EINVAL, guest.Device.ReadRegion(0, 2, new byte[4]));
        Assert.Equal(Errno.EINVAL, guest.Device.ReadRegion(0, 0, new byte[1]));
    }

    [Fact]
    public void Registers_OfAnyValues_DoNoHarm()
    {
        using var guest = new NvmeGuest();

        Prop.ForAll<byte, uint>((register, value) =>
        {
            ulong offset = register % 9 == 8 ? NvmeGuest.Doorbell : (ulong)(register % 9) * 4;
            return guest.Device.WriteRegion(0, offset, BitConverter.GetBytes(value)) == Errno.None
                && guest.Device.WriteRegion(0, 0, BitConverter.GetBytes(value & 1)) == Errno.None;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    /// <summary>A store outlives the reset of its controller.</summary>
    [Fact]
    public void Reset_ForgetsTheQueuesAndKeepsTheStore()
    {
        using var guest = new NvmeGuest();
        guest.Memory.Write(Buffer, [1, 2, 3]);
        guest.Submit(WriteCommand, 1, Buffer, 5);
        guest.Device.Reset();
        Assert.All(Enumerable.Range(0, 8), register => Assert.Equal(0U, guest.Read(register)));
        guest.SetBusMaster(true);
        foreach ((int register, uint value) in (ReadOnlySpan<(int, uint)>)[(3, NvmeGuest.Completions), (5, NvmeGuest.Length), (0, 1)])
        {
            guest.Write((ulong)register * 4, value);
        }

        byte[] command = new byte[64];
        command[0] = ReadCommand;
        command[25] = OtherBuffer >> 8;
        command[40] = 5;
        guest.Memory.Write(0, command);
        guest.Write(NvmeGuest.Doorbell, 1);

        Assert.Equal([1, 2, 3], guest.Memory.Content.Slice(OtherBuffer, 3).ToArray());
    }
}
