namespace VfioMigration.Uapi.Tests;

public sealed class ErrnoNamesTests
{
    [Theory]
    [InlineData("EIO", Errno.EIO)]
    [InlineData("EWOULDBLOCK", Errno.EAGAIN)]
    [InlineData("EDEADLOCK", Errno.EDEADLK)]
    [InlineData("ENOTSUP", Errno.EOPNOTSUPP)]
    [InlineData("ENOTSUPP", Errno.ENOTSUPP)]
    public void Name_IsItsNumber(string name, Errno errno)
    {
        Assert.True(ErrnoNames.TryParse(name, out Errno parsed));
        Assert.Equal(errno, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("None")]
    [InlineData("0")]
    [InlineData("5")]
    [InlineData("-5")]
    [InlineData("eio")]
    [InlineData(" EIO")]
    [InlineData("EIO,EPERM")]
    [InlineData("errno 5")]
    [InlineData("ENOMIGRATION")]
    public void AnythingElse_IsNoErrno(string name)
    {
        Assert.False(ErrnoNames.TryParse(name, out Errno errno));
        Assert.Equal(Errno.None, errno);
    }
}
