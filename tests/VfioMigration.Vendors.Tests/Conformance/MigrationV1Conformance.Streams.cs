using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.Tests.Conformance;

/// <summary>The save and the resume loop.</summary>
public abstract partial class MigrationV1Conformance
{
    [Fact]
    public void RoundTrip_OfALiveMigration_GivesTheSameState()
    {
        using var guest = new BusyGuest(Create());
        guest.Run(200);
        var source = new RegionUser(guest.Device);
        source.MustEnter(PreCopy);
        List<byte[]> chunks = [.. source.FetchAll()];
        guest.Run(200);
        chunks.AddRange(source.FetchAll());
        guest.Run(50);
        source.MustEnter(Saving);
        chunks.AddRange(source.FetchAll());
        source.MustEnter(Stop);
        Assert.Equal(0UL, source.PendingBytes);
        var target = new RegionUser(Create());
        target.MustEnter(Resuming);
        Assert.Equal(Errno.None, target.Give(chunks));
        target.MustEnter(Running);

        Moves.AssertSame(Whole(source), Whole(target));
    }

    [Fact]
    public void PreCopy_LeftWithBytesPending_LosesNothing()
    {
        using var guest = new BusyGuest(Create());
        guest.Run(200);
        var source = new RegionUser(guest.Device);
        source.MustEnter(PreCopy);
        var chunks = new List<byte[]>();
        if (source.PendingBytes > 0)
        {
            chunks.Add(source.FetchChunk());
            _ = source.PendingBytes;
        }

        source.MustEnter(Saving);
        chunks.AddRange(source.FetchAll());
        var target = new RegionUser(Create());
        target.MustEnter(Resuming);
        Assert.Equal(Errno.None, target.Give(chunks));
        target.MustEnter(Stop);
        source.MustEnter(Stop);

        Moves.AssertSame(Whole(source), Whole(target));
    }

    [Fact]
    public void Chunk_ReadAgainBeforeItIsAcknowledged_IsTheSame()
    {
        VfioDevice device = Create();
        var user = new RegionUser(device);
        user.MustEnter(Saving);
        ulong pending = user.PendingBytes;
        Assert.Equal(pending, user.PendingBytes);
        Assert.NotEqual(0UL, pending);
        ulong offset = user.DataOffset;
        Assert.NotEqual(0UL, offset);
        Assert.Equal(0UL, offset % 4096);
        byte[] chunk = user.FetchChunk();

        Moves.AssertSame(chunk, user.FetchChunk());
        Assert.Equal(offset, user.DataOffset);
        Assert.Equal((ulong)chunk.Length, user.DataSize);
        byte[] tail = new byte[chunk.Length / 2];
        Assert.Equal(Errno.None, device.ReadRegion(user.Index, offset + (ulong)(chunk.Length - tail.Length), tail));
        Moves.AssertSame(chunk.AsSpan(chunk.Length - tail.Length), tail);
    }

    [Fact]
    public void Chunks_InAnotherOrder_AreRefused()
    {
        var source = new RegionUser(Create());
        source.MustEnter(Saving);
        byte[][] chunks = [.. source.FetchAll()];
        if (chunks.Length < 3)
        {
            return;
        }

        (chunks[0], chunks[1]) = (chunks[1], chunks[0]);
        AssertRefused(chunks);
        (chunks[0], chunks[1]) = (chunks[1], chunks[0]);
        (chunks[1], chunks[2]) = (chunks[2], chunks[1]);
        AssertRefused(chunks);
    }

    [Fact]
    public void Resume_WithoutTheLastBytes_StaysResuming()
    {
        var source = new RegionUser(Create());
        source.MustEnter(Saving);
        byte[][] chunks = [.. source.FetchAll()];
        VfioDevice device = Create();
        var target = new RegionUser(device);
        target.MustEnter(Resuming);
        byte[] last = chunks[^1];
        chunks[^1] = last[..^1];
        Assert.Equal(Errno.None, target.Give(chunks));

        Assert.Equal(Errno.EINVAL, target.Enter(Running));
        Assert.Equal(Resuming, target.State);
        Assert.Equal(Errno.None, target.Give([last[^1..]]));
        target.MustEnter(Running);
    }

    [Fact]
    public void DataSize_InAnyStateButResuming_IsRefused()
    {
        VfioDevice device = Create();
        var user = new RegionUser(device);
        foreach (uint state in (uint[])[Running, PreCopy, Saving, Stop])
        {
            user.MustEnter(state);
            Assert.Equal(Errno.EINVAL, device.WriteRegion(user.Index, 24, BitConverter.GetBytes(1UL)));
        }

        user.MustEnter(Resuming);
        Assert.Equal(Errno.EINVAL, device.WriteRegion(user.Index, 24, BitConverter.GetBytes(user.Region.Size)));
        Assert.Equal(Errno.EINVAL, device.WriteRegion(user.Index, 24, BitConverter.GetBytes(ulong.MaxValue)));
        Assert.Equal(Errno.None, device.WriteRegion(user.Index, 24, BitConverter.GetBytes(0UL)));
    }

    [Fact]
    public void PendingBytes_OutsideOfSaving_AreZero()
    {
        var user = new RegionUser(Create());
        foreach (uint state in (uint[])[Running, Stop, Resuming])
        {
            user.MustEnter(state);
            Assert.Equal(0UL, user.PendingBytes);
            Assert.Equal(0UL, user.DataSize);
        }
    }

    [Fact]
    public void DataSection_BeyondItsEnd_IsRefused()
    {
        VfioDevice device = Create();
        var user = new RegionUser(device);

        Assert.Equal(Errno.EINVAL, device.ReadRegion(user.Index, user.Region.Size - 4, new byte[5]));
        Assert.Equal(Errno.EINVAL, device.WriteRegion(user.Index, user.Region.Size, new byte[1]));
        Assert.Equal(Errno.None, device.ReadRegion(user.Index, user.Region.Size - 4, new byte[4]));
    }

    /// <summary>Stops the device and takes all of it.</summary>
    private static byte[] Whole(RegionUser user)
    {
        user.MustEnter(Stop);
        user.MustEnter(Saving);
        return [.. user.FetchAll().SelectMany(chunk => chunk)];
    }

    private void AssertRefused(byte[][] chunks)
    {
        var target = new RegionUser(Create());
        target.MustEnter(Resuming);
        Errno given = target.Give(chunks);

        Assert.Equal(Errno.EINVAL, given == Errno.None ? target.Enter(Running) : given);
        Assert.Equal(Resuming, target.State);
    }
}
