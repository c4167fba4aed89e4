using VfioMigration.Uapi;

namespace VfioMigration.Posix.Tests;

public sealed class FdSocketTests : IDisposable
{
    private readonly FileDescriptor first;
    private readonly FileDescriptor second;

    public FdSocketTests() => (first, second) = FdSocket.Pair();

    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
    }

    [Fact]
    public void Pair_IsConnectedBothWays()
    {
        byte[] buffer = new byte[10];

        Assert.Equal(5, first.Write("hello"u8).Value);
        Assert.Equal(5, second.Read(buffer).Value);
        Assert.Equal(2, second.Write("ok"u8).Value);
        Assert.Equal(2, first.Read(buffer).Value);
    }

    [Fact]
    public void Pair_SeesTheEndWhenTheOtherCloses()
    {
        second.Dispose();

        Assert.Equal(0, first.Read(new byte[1]).Value);
    }

    [Fact]
    public void SentDescriptor_RefersToTheSameFile()
    {
        (FileDescriptor near, FileDescriptor far) = FdSocket.Pair();
        using (near)
        using (far)
        {
            Assert.Equal(Errno.None, FdSocket.SendDescriptors(first, far.Number));
            using FileDescriptor received = FdSocket.ReceiveDescriptor(second).Value;
            byte[] buffer = new byte[10];

            Assert.NotEqual(far.Number, received.Number);
            received.Write("through"u8);
            Assert.Equal(7, near.Read(buffer).Value);
        }
    }

    [Fact]
    public void SentDescriptor_StaysOpenHere()
    {
        (FileDescriptor near, FileDescriptor far) = FdSocket.Pair();
        using (near)
        using (far)
        {
            FdSocket.SendDescriptors(first, far.Number);
            FdSocket.ReceiveDescriptor(second).Value.Dispose();

            Assert.Equal(1, far.Write("x"u8).Value);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void SeveralDescriptors_ArriveTogether(int count)
    {
        Assert.Equal(Errno.None, FdSocket.SendDescriptors(first, [.. Enumerable.Repeat(first.Number, count)]));

        FileDescriptor[] received = FdSocket.ReceiveDescriptors(second).Value;

        Assert.Equal(count, received.Select(descriptor => descriptor.Number).Distinct().Count());
        Assert.All(received, descriptor => Assert.False(descriptor.IsInvalid));
        Array.ForEach(received, descriptor => descriptor.Dispose());
    }

    [Fact]
    public void MoreDescriptorsThanAMessageCarries_AreRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => FdSocket.SendDescriptors(first, 0, 0, 0, 0, 0, 0, 0, 0, 0));

    [Fact]
    public void ReceiveOfOne_OfSeveral_IsEnodata()
    {
        FdSocket.SendDescriptors(first, first.Number, second.Number);

        Assert.Equal(Errno.ENODATA, FdSocket.ReceiveDescriptor(second).Error);
    }

    [Fact]
    public void DataWithoutDescriptors_IsEnodata()
    {
        first.Write("x"u8);

        Assert.Equal(Errno.ENODATA, FdSocket.ReceiveDescriptors(second).Error);
    }

    [Fact]
    public void ClosedPeer_IsEnodata()
    {
        first.Dispose();

        Assert.Equal(Errno.ENODATA, FdSocket.ReceiveDescriptors(second).Error);
    }

    [Fact]
    public void SendToClosedPeer_IsEpipeWithoutASignal()
    {
        second.Dispose();

        Assert.Equal(Errno.EPIPE, FdSocket.SendDescriptors(first, first.Number));
    }

    [Fact]
    public void SendOfADescriptorThatIsNotOpen_IsEbadf() => Assert.Equal(Errno.EBADF, FdSocket.SendDescriptors(first, int.MaxValue));
}
