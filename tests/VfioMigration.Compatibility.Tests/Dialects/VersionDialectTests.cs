using VfioMigration.Compatibility.Dialects;
using VfioMigration.Compatibility.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Dialects;

/// <summary>Series v2: ENODEV and EINVAL, whatever the driver says.</summary>
public class VersionDialectTests
{
    private readonly FakeCompatibility plugin = new();
    private readonly Bench bench = new(new VersionDialect());
    private readonly TreeNode type;

    public VersionDialectTests() => type = bench.Add(NodeKind.Type, plugin);

    [Fact]
    public void Show_OfAType_IsTheString()
    {
        Assert.Equal("fake-1", type.Read("version").Value);
        Assert.Equal(FileModes.Octal(644), type.ModeOf("version"));
    }

    [Theory]
    [InlineData(NodeKind.MdevDevice)]
    [InlineData(NodeKind.PhysicalDevice)]
    public void Files_OnDevices_AreNone(NodeKind kind) => Assert.False(bench.Add(kind, plugin).Exists("version"));

    [Theory]
    [InlineData(Errno.ENODEV)]
    [InlineData(Errno.EPERM)]
    [InlineData((Errno)140)]
    public void Access_OfATypeThatNeverMigrates_IsENODEVBothWays(Errno errno)
    {
        plugin.OnGetVersion = () => errno;

        Assert.Equal(Errno.ENODEV, type.Read("version").Error);
        Assert.Equal(Errno.ENODEV, type.Write("version", "fake-1"));
    }

    [Theory]
    [InlineData(Errno.EINVAL)]
    [InlineData(Errno.EUNATCH)]
    [InlineData(Errno.ENODEV)]
    public void Store_OfARefusedString_IsEINVAL(Errno errno)
    {
        plugin.OnJudge = _ => Verdict.Incompatible(errno, "rule", "fake: no");

        Assert.Equal(Errno.EINVAL, type.Write("version", "fake-2"));
    }

    [Fact]
    public void Store_OfAnAcceptedString_Succeeds()
    {
        Assert.Equal(Errno.None, type.Write("version", "fake-1"));
        plugin.OnJudge = _ => Verdict.Plausible("rule", "fake: perhaps");
        Assert.Equal(Errno.None, type.Write("version", "fake-1"));
    }
}
