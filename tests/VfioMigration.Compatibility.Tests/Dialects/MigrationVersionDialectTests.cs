using System.Text;

using VfioMigration.Compatibility.Dialects;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Dialects;

public class MigrationVersionDialectTests
{
    private const string DeviceFile = "devices/card/migration_version";
    private const string TypeFile = "devices/card/type-1/migration_version";

    private readonly DriverCore core = new(TimeProvider.System);
    private readonly MigrationVersionDialect dialect = new();
    private readonly FakeCompatibility plugin = new();
    private readonly Device device;
    private readonly Kobject type;

    public MigrationVersionDialectTests()
    {
        device = new Device(core, "card");
        device.Add();
        type = core.CreateDirectory(device, "type-1").Value;
        Assert.Equal(Errno.None, dialect.Attach(new CompatibilityNode(device, NodeKind.MdevDevice, device, "type-1", plugin)));
        Assert.Equal(Errno.None, dialect.Attach(new CompatibilityNode(type, NodeKind.Type, device, "type-1", plugin)));
    }

    [Theory]
    [InlineData(DeviceFile)]
    [InlineData(TypeFile)]
    public void Show_OfAVersion_IsItAndANewline(string file)
    {
        Assert.Equal("fake-1\n", core.Tree.Cat(file).Value);
        Assert.Equal(FileModes.Octal(644), core.Tree.Root.FindPath(file)!.Mode);
    }

    [Fact]
    public void Show_OfTheLongestVersion_FillsThePage()
    {
        plugin.OnGetVersion = () => new string('x', 4094);

        Assert.Equal(new string('x', 4094) + "\n", core.Tree.Cat(DeviceFile).Value);
    }

    [Fact]
    public void Show_AfterAChange_IsTheNewVersion()
    {
        core.Tree.Cat(DeviceFile);
        plugin.OnGetVersion = () => "fake-2";

        Assert.Equal("fake-2\n", core.Tree.Cat(DeviceFile).Value);
    }

    [Theory]
    [InlineData(Errno.ENODEV, Errno.ENODEV)]
    [InlineData((Errno)140, (Errno)140)]
    [InlineData((Errno)(-19), Errno.EIO)]
    public void Show_OfAnErrno_IsThatErrno(Errno error, Errno expected)
    {
        plugin.OnGetVersion = () => error;

        Assert.Equal(expected, core.Tree.Cat(DeviceFile).Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two\nlines")]
    [InlineData("\u00e4")]
    [InlineData("nul\0")]
    public void Show_OfABadString_IsEIOWithALine(string version)
    {
        plugin.OnGetVersion = () => version;

        Assert.Equal(Errno.EIO, core.Tree.Cat(DeviceFile).Error);
        Assert.Contains("card: migration_version: driver bug", Assert.Single(core.Tree.LogTexts()), StringComparison.Ordinal);
    }

    [Fact]
    public void Show_OfATooLongString_IsEIO()
    {
        plugin.OnGetVersion = () => new string('x', 4095);

        Assert.Equal(Errno.EIO, core.Tree.Cat(DeviceFile).Error);
    }

    [Fact]
    public void Show_OfAPluginThatThrows_IsEIOWithALine()
    {
        plugin.OnGetVersion = () => throw new InvalidOperationException("bug");

        Assert.Equal(Errno.EIO, core.Tree.Cat(DeviceFile).Error);
        Assert.Contains("InvalidOperationException: bug", Assert.Single(core.Tree.LogTexts()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(VerdictKind.Compatible)]
    [InlineData(VerdictKind.Plausible)]
    public void Store_ThatIsAccepted_TakesAllBytesWithoutALine(VerdictKind kind)
    {
        plugin.OnJudge = _ => new Verdict(kind, Errno.None, "reason", "rule");

        Assert.Equal(7, core.Tree.Echo("fake-1\n", DeviceFile).Value);
        Assert.Empty(core.Tree.LogTexts());
    }

    [Fact]
    public void Store_OfAnyBytes_ReachesThePluginUnchanged()
    {
        byte[] seen = [];
        plugin.OnJudge = bytes =>
        {
            seen = bytes;
            return Verdict.Compatible("rule");
        };
        string text = "\0\u00ff\n" + new string('x', 4093);

        Assert.Equal(4096, core.Tree.Echo(text, DeviceFile).Value);
        Assert.Equal(Encoding.Latin1.GetBytes(text), seen);
    }

    [Theory]
    [InlineData(Errno.EINVAL)]
    [InlineData(Errno.EUNATCH)]
    [InlineData((Errno)140)]
    public void Store_ThatIsRefused_IsExactlyThatErrno(Errno error)
    {
        plugin.OnJudge = _ => Verdict.Incompatible(error, "rule", "reason");

        Assert.Equal(error, core.Tree.Echo("other", DeviceFile).Error);
    }

    [Fact]
    public void Store_ThatIsRefused_LogsDeviceReasonRuleAndBothStrings()
    {
        plugin.OnJudge = _ => Verdict.Incompatible(Errno.EINVAL, "the-rule", "the reason");

        core.Tree.Echo("re\u00ffmote\n", DeviceFile);

        KernelLogRecord line = Assert.Single(core.Tree.Log.Snapshot());
        Assert.Equal(LogLevels.Error, line.Level);
        Assert.Equal(
            @" card: migration_version: refused with EINVAL: the reason [the-rule], local ""fake-1"", remote ""re\xffmote""",
            line.Text);
    }

    [Fact]
    public void Store_ThatIsRefusedAtAType_NamesTheTypeToo()
    {
        plugin.OnJudge = _ => Verdict.Incompatible(Errno.EINVAL, "the-rule", "the reason");

        core.Tree.Echo("remote", TypeFile);

        Assert.StartsWith(" card: type-1: migration_version: refused", Assert.Single(core.Tree.LogTexts()), StringComparison.Ordinal);
    }

    [Fact]
    public void Store_ThatIsRefusedWithoutALocalString_LogsItsErrno()
    {
        plugin.OnGetVersion = () => Errno.ENODEV;
        plugin.OnJudge = _ => Verdict.Incompatible(Errno.ENODEV, "unsupported", "no");

        Assert.Equal(Errno.ENODEV, core.Tree.Echo("remote", DeviceFile).Error);
        Assert.Contains("local ENODEV, remote \"remote\"", Assert.Single(core.Tree.LogTexts()), StringComparison.Ordinal);
    }

    [Fact]
    public void Store_OfAPluginThatThrows_IsEIOWithALine()
    {
        plugin.OnJudge = _ => throw new InvalidOperationException("bug");

        Assert.Equal(Errno.EIO, core.Tree.Echo("remote", DeviceFile).Error);
        Assert.Contains(core.Tree.LogTexts(), line => line.EndsWith("judge: driver bug: InvalidOperationException: bug", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Errno.None, Errno.EIO)]
    [InlineData((Errno)(-22), Errno.EIO)]
    [InlineData(Errno.ENOTSUPP, Errno.EOPNOTSUPP)]
    public void Store_RefusedWithAnErrnoThatDoesNotExist_IsStillRefused(Errno error, Errno expected)
    {
        plugin.OnJudge = _ => new Verdict(VerdictKind.Incompatible, error, "reason", "rule");

        Assert.Equal(expected, core.Tree.Echo("remote", DeviceFile).Error);
    }

    [Fact]
    public void Detach_OfANode_RemovesItsFileOnly()
    {
        dialect.Detach(type);
        dialect.Detach(type);

        Assert.False(core.Tree.Exists(TypeFile));
        Assert.Equal("fake-1\n", core.Tree.Cat(DeviceFile).Value);
    }
}
