using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests;

public class UeventEnvironmentTests
{
    private readonly UeventEnvironment environment = new();

    [Fact]
    public void Add_OfVariables_KeepsTheirOrder()
    {
        environment.Add("B", "1");
        environment.Add("A", "2");
        environment.Add("C", "");

        Assert.Equal(["B=1", "A=2", "C="], environment.Variables);
        Assert.Equal(Errno.None, environment.Error);
    }

    [Fact]
    public void Add_OfVariable65_IsENOMEM()
    {
        for (int i = 0; i < 64; i++)
        {
            Assert.Equal(Errno.None, environment.Add($"K{i}", "1"));
        }

        Assert.Equal(Errno.ENOMEM, environment.Add("K64", "1"));
        Assert.Equal(Errno.ENOMEM, environment.Error);
        Assert.Equal(64, environment.Variables.Count);
    }

    [Fact]
    public void Add_Of2048BytesWithTheNul_StillFits() =>
        Assert.Equal(Errno.None, environment.Add("K", new string('v', 2048 - "K=".Length - 1)));

    [Fact]
    public void Add_Of2049BytesWithTheNul_IsENOMEM() =>
        Assert.Equal(Errno.ENOMEM, environment.Add("K", new string('v', 2049 - "K=".Length - 1)));

    [Fact]
    public void Add_OfSeveralBeyondTheBytes_IsENOMEM()
    {
        Assert.Equal(Errno.None, environment.Add("A", new string('v', 1021)));
        Assert.Equal(Errno.None, environment.Add("B", new string('v', 1021)));
        Assert.Equal(Errno.ENOMEM, environment.Add("C", ""));
    }

    [Fact]
    public void Error_OnceSet_StaysSet()
    {
        environment.Add("A", new string('v', 5000));
        environment.Add("B", "");

        Assert.Equal(Errno.ENOMEM, environment.Error);
    }
}
