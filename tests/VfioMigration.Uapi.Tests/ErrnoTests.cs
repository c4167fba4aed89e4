using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Tests;

/// <summary>The numbers of the generic Linux ABI, by the C library of the machine that runs the tests.</summary>
public sealed class ErrnoTests
{
    /// <summary>41 and 58 are the second names of 11 and 35, and have no numbers of their own.</summary>
    public static TheoryData<int> Numbers => [.. Enumerable.Range(1, 133).Except([41, 58])];

    /// <summary>.NET asks strerror(3) for a number that has no text of its own.</summary>
    [Theory]
    [MemberData(nameof(Numbers))]
    public void EveryNumberOfLinux_HasANameAndTheTextOfTheCLibrary(int number)
    {
        var errno = (Errno)number;

        Assert.StartsWith("E", errno.Name(), StringComparison.Ordinal);
        Assert.DoesNotContain(' ', errno.Name());
        Assert.Equal(Marshal.GetPInvokeErrorMessage(number), errno.Text());
        Assert.True(ErrnoNames.TryParse(errno.Name(), out Errno parsed));
        Assert.Equal(errno, parsed);
    }

    [Theory]
    [InlineData(41)]
    [InlineData(58)]
    [InlineData(134)]
    public void OtherNumber_HasNoName(int number) => Assert.False(Enum.IsDefined((Errno)number));

    /// <summary>Names against numbers, by the texts of the C library.</summary>
    [Theory]
    [InlineData(Errno.EPERM, "Operation not permitted")]
    [InlineData(Errno.EXDEV, "Invalid cross-device link")]
    [InlineData(Errno.EDEADLK, "Resource deadlock avoided")]
    [InlineData(Errno.ECHRNG, "Channel number out of range")]
    [InlineData(Errno.ENODATA, "No data available")]
    [InlineData(Errno.ENOTUNIQ, "Name not unique on network")]
    [InlineData(Errno.EUSERS, "Too many users")]
    [InlineData(Errno.EOPNOTSUPP, "Operation not supported")]
    [InlineData(Errno.ECONNABORTED, "Software caused connection abort")]
    [InlineData(Errno.ESTALE, "Stale file handle")]
    [InlineData(Errno.ECANCELED, "Operation canceled")]
    [InlineData(Errno.EKEYREJECTED, "Key was rejected by service")]
    [InlineData(Errno.EHWPOISON, "Memory page has hardware error")]
    public void Number_MeansTheSameToTheCLibrary(Errno errno, string text) => Assert.Equal(text, Marshal.GetPInvokeErrorMessage((int)errno));

    [Fact]
    public void OnlyEnotsupp_IsBeyondWhatUserSpaceMaySee() =>
        Assert.Equal([Errno.ENOTSUPP], Enum.GetValues<Errno>().Where(errno => (int)errno > ErrnoExtensions.Largest));

    /// <summary>With two names for a number, which of them is printed would be an accident.</summary>
    [Fact]
    public void EveryNumber_HasOneNameInTheEnumeration() =>
        Assert.Equal(Enum.GetNames<Errno>().Length, Enum.GetValues<Errno>().Distinct().Count());
}
