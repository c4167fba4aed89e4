namespace VfioMigration.Uapi.Tests;

public sealed class DriverErrnosTests
{
    [Fact]
    public void DeclaredName_IsReadAndPrinted()
    {
        DriverErrnos errnos = DriverErrnos.Create(new Dictionary<string, int> { ["ENOMIGRATION"] = 140, ["EFAR"] = 4095 }, out _)!;

        Assert.True(errnos.TryParse("ENOMIGRATION", out Errno errno));
        Assert.Equal((Errno)140, errno);
        Assert.Equal("ENOMIGRATION", errnos.NameOf(errno));
        Assert.Equal("EFAR", errnos.NameOf((Errno)4095));
        Assert.Equal("EFAR", errnos.TextOf((Errno)4095));
        Assert.Equal("Input/output error", errnos.TextOf(Errno.EIO));
    }

    [Fact]
    public void OtherNames_AreThoseOfLinux()
    {
        Assert.True(DriverErrnos.None.TryParse("EIO", out Errno errno));
        Assert.Equal("EIO", DriverErrnos.None.NameOf(errno));
        Assert.Equal("errno 140", DriverErrnos.None.NameOf((Errno)140));
        Assert.False(DriverErrnos.None.TryParse("ENOMIGRATION", out _));
    }

    [Theory]
    [InlineData("EIO", 140, "EIO is 5 on Linux")]
    [InlineData("EWOULDBLOCK", 140, "EWOULDBLOCK is 11 on Linux")]
    [InlineData("EMINE", 5, "the number is EIO on Linux")]
    [InlineData("EMINE", 524, "the number is ENOTSUPP on Linux")]
    [InlineData("EMINE", 0, "from 1 to 4095")]
    [InlineData("EMINE", -140, "from 1 to 4095")]
    [InlineData("EMINE", 4096, "from 1 to 4095")]
    [InlineData("mine", 140, "capital letters")]
    [InlineData("E", 140, "capital letters")]
    [InlineData("ENO-ID", 140, "capital letters")]
    [InlineData("ENAMEOFAVERYLONGERRNOOFTHISDRIVER", 140, "capital letters")]
    [InlineData("ETWICE", 140, "already declared as EFIRST")]
    public void WrongDeclaration_IsReported(string name, int number, string part)
    {
        var declared = new Dictionary<string, int> { [name] = number };
        if (name == "ETWICE")
        {
            declared = new Dictionary<string, int> { ["EFIRST"] = number, [name] = number };
        }

        Assert.Null(DriverErrnos.Create(declared, out string problem));
        Assert.Contains(part, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TooManyDeclarations_AreASentence()
    {
        Assert.Null(DriverErrnos.Create(Enumerable.Range(600, 257).ToDictionary(static number => $"E{number}"), out string problem));
        Assert.Contains("257", problem, StringComparison.Ordinal);
    }
}
