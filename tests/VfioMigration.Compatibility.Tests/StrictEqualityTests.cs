using System.Text;

using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests;

public class StrictEqualityTests
{
    private readonly StrictEquality strict = new("mdpy", "mdpy-1-640x480");

    [Theory]
    [InlineData("mdpy-1-640x480")]
    [InlineData("mdpy-1-640x480\n")]
    public void Judge_OfTheSameString_IsCompatible(string remote) =>
        Assert.Equal(VerdictKind.Compatible, strict.Judge(Encoding.ASCII.GetBytes(remote)).Kind);

    [Theory]
    [InlineData("")]
    [InlineData("mdpy-1-640x480\n\n")]
    [InlineData("mdpy-1-640x480 ")]
    [InlineData(" mdpy-1-640x480")]
    [InlineData("MDPY-1-640x480")]
    [InlineData("mdpy-1-640x48")]
    [InlineData("mdpy-1-1024x768")]
    [InlineData("\0mdpy-1-640x480")]
    public void Judge_OfAnotherString_IsEINVALWithTheVendorsName(string remote)
    {
        Verdict verdict = strict.Judge(Encoding.ASCII.GetBytes(remote));

        Assert.Equal((Errno.EINVAL, "strict-equality"), (verdict.Errno, verdict.Rule));
        Assert.StartsWith("mdpy:", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void GetVersion_IsTheGivenString_Unchanged() => Assert.Equal("mdpy-1-640x480", strict.GetVersion().Value);
}
