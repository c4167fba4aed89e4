using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Fuse.Tests;

/// <summary>Over a socket pair instead of /dev/fuse.</summary>
public sealed class DevFuseConnectionTests : IDisposable
{
    private readonly FileDescriptor kernel;
    private readonly DevFuseConnection connection;

    public DevFuseConnectionTests()
    {
        (FileDescriptor first, kernel) = FdSocket.Pair();
        connection = new DevFuseConnection(first);
    }

    public void Dispose()
    {
        connection.Dispose();
        kernel.Dispose();
    }

    [Fact]
    public void Receive_IsOneRead()
    {
        byte[] buffer = new byte[10];
        kernel.Write("hello"u8);

        Assert.Equal(5, connection.Receive(buffer).Value);
        Assert.Equal("hello"u8.ToArray(), buffer[..5]);
    }

    [Fact]
    public void Send_IsOneWrite()
    {
        byte[] buffer = new byte[10];

        Assert.Equal(Errno.None, connection.Send("hello"u8));

        Assert.Equal(5, kernel.Read(buffer).Value);
    }

    [Fact]
    public void Dispose_ClosesTheDevice()
    {
        connection.Dispose();

        Assert.Equal(0, kernel.Read(new byte[1]).Value);
    }
}
