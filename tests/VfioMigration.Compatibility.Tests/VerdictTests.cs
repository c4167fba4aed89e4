using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests;

public class VerdictTests
{
    [Fact]
    public void Verdict_OfEachKind_IsAcceptedUnlessIncompatible()
    {
        Assert.True(Verdict.Compatible("rule").IsAccepted);
        Assert.True(Verdict.Plausible("rule", "reason").IsAccepted);
        Assert.False(Verdict.Incompatible(Errno.EINVAL, "rule", "reason").IsAccepted);
    }

    [Fact]
    public void Verdict_ThatAccepts_HasNoErrno()
    {
        Assert.Equal(Errno.None, Verdict.Compatible("rule").Errno);
        Assert.Equal(Errno.None, Verdict.Plausible("rule", "reason").Errno);
    }

    [Theory]
    [InlineData(22, Errno.EINVAL)]
    [InlineData(140, (Errno)140)]
    [InlineData(511, (Errno)511)]
    [InlineData(524, Errno.EOPNOTSUPP)]
    [InlineData(512, Errno.EIO)]
    [InlineData(0, Errno.EIO)]
    [InlineData(-22, Errno.EIO)]
    public void Errno_OfARefusal_IsTheVendorsWhenItCanBeSent(int errno, Errno expected) =>
        Assert.Equal(expected, Verdict.Incompatible((Errno)errno, "rule", "reason").Errno);

    [Fact]
    public void Verdict_ThatRefuses_KeepsReasonAndRule()
    {
        var verdict = Verdict.Incompatible(Errno.EINVAL, "vendor-device-id", "wrong card");

        Assert.Equal(("vendor-device-id", "wrong card"), (verdict.Rule, verdict.Reason));
    }
}
