namespace VfioMigration.Uapi.Tests;

/// <summary>The numbers of the generic Linux ABI, by the C library of the machine that runs the tests.</summary>
public sealed class ErrnoTests
{
    /// <summary>.NET asks strerror(3) for a number that has no text of its own.</summary>
    [Theory]
    [InlineData(Errno.EPERM, "Operation not permitted")]
    [InlineData(Errno.ENOENT, "No such file or directory")]
    [InlineData(Errno.E2BIG, "Argument list too long")]
    [InlineData(Errno.EXDEV, "Invalid cross-device link")]
    [InlineData(Errno.ENOTTY, "Inappropriate ioctl for device")]
    [InlineData(Errno.EFBIG, "File too large")]
    [InlineData(Errno.ENAMETOOLONG, "File name too long")]
    [InlineData(Errno.ENOSYS, "Function not implemented")]
    [InlineData(Errno.ENODATA, "No data available")]
    [InlineData(Errno.EPROTO, "Protocol error")]
    [InlineData(Errno.ENOTUNIQ, "Name not unique on network")]
    [InlineData(Errno.EUSERS, "Too many users")]
    [InlineData(Errno.EOPNOTSUPP, "Operation not supported")]
    [InlineData(Errno.EADDRINUSE, "Address already in use")]
    [InlineData(Errno.EADDRNOTAVAIL, "Cannot assign requested address")]
    [InlineData(Errno.ECONNABORTED, "Software caused connection abort")]
    [InlineData(Errno.ENOTCONN, "Transport endpoint is not connected")]
    [InlineData(Errno.ESTALE, "Stale file handle")]
    [InlineData(Errno.ECANCELED, "Operation canceled")]
    public void Number_MeansTheSameToTheCLibrary(Errno errno, string text) =>
        Assert.Equal(text, System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage((int)errno));

    [Fact]
    public void OnlyEnotsupp_IsBeyondWhatUserSpaceMaySee() =>
        Assert.Equal([Errno.ENOTSUPP], Enum.GetValues<Errno>().Where(errno => (int)errno > ErrnoExtensions.Largest));
}
