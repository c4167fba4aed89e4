namespace VfioMigration.Uapi.Tests;

public sealed class ResultTests
{
    [Fact]
    public void Value_ConvertsToSuccess()
    {
        Result<string> result = "value";

        Assert.True(result.IsOk);
        Assert.Equal(Errno.None, result.Error);
        Assert.Equal("value", result.Value);
        Assert.Equal("value", result.ToString());
    }

    [Fact]
    public void Errno_ConvertsToFailure()
    {
        Result<string> result = Errno.ENODEV;

        Assert.False(result.IsOk);
        Assert.Equal(Errno.ENODEV, result.Error);
        Assert.Equal("ENODEV", result.ToString());
    }

    [Fact]
    public void ValueOfFailure_ThrowsAndNamesTheErrno()
    {
        Result<int> result = Errno.EBUSY;

        Assert.Contains("EBUSY", Assert.Throws<InvalidOperationException>(() => result.Value).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FailureWithoutErrno_Throws() => Assert.Throws<ArgumentException>(() => (Result<int>)Errno.None);

    [Fact]
    public void TryGet_GivesTheValueOfSuccessOnly()
    {
        Assert.True(((Result<int>)3).TryGet(out int value));
        Assert.Equal(3, value);
        Assert.False(((Result<int>)Errno.EIO).TryGet(out int none));
        Assert.Equal(0, none);
    }

    [Fact]
    public void ZeroOfInt_IsAValue() => Assert.True(((Result<int>)0).IsOk);
}
