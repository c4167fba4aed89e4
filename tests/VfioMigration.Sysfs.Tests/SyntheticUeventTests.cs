using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests;

/// <summary>Rows of the group uevent-attr of errno-table.tsv.</summary>
public sealed class SyntheticUeventTests : IDisposable
{
    private const string Uuid = "11111111-2222-3333-4444-555555555555";

    private readonly DriverCore core = new(new ManualClock());
    private readonly Subscription<Uevent> uevents;

    public SyntheticUeventTests()
    {
        var bus = new FakeBus(core);
        bus.RegisterDriver(new FakeDriver(bus, bus.Module));
        bus.AddNew();
        uevents = core.Tree.Uevents.Subscribe();
    }

    [Theory]
    [InlineData("add", "add")]
    [InlineData("change", "change")]
    [InlineData("remove", "remove")]
    [InlineData("online", "online")]
    [InlineData("offline", "offline")]
    [InlineData("bind", "bind")]
    [InlineData("unbind", "unbind")]
    [InlineData("move", "move")]
    [InlineData("add\n", "add")]
    [InlineData("add\0", "add")]
    public void Write_OfAnAction_SendsItWithSynthUuidZero(string text, string action)
    {
        Assert.Equal(text.Length, Write(text).Value);

        Assert.Equal(
            [$"ACTION={action}", "DEVPATH=/devices/dev0", "SUBSYSTEM=fake", "SYNTH_UUID=0", "DRIVER=fake"],
            Assert.Single(uevents.Drain()).Variables);
    }

    [Fact]
    public void Write_WithAUuid_CarriesIt()
    {
        Assert.Equal(43, Write($"change {Uuid}").Value);
        Assert.Contains($"SYNTH_UUID={Uuid}", Assert.Single(uevents.Drain()).Variables);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    public void Write_WithArguments_CarriesThemInOrder(string end)
    {
        string text = $"change {Uuid} A=B C=1{end}";
        Assert.Equal(text.Length, Write(text).Value);

        Assert.Equal(
            ["ACTION=change", "DEVPATH=/devices/dev0", "SUBSYSTEM=fake", $"SYNTH_UUID={Uuid}", "SYNTH_ARG_A=B", "SYNTH_ARG_C=1", "DRIVER=fake"],
            Assert.Single(uevents.Drain()).Variables);
    }

    [Fact]
    public void Write_OfNothing_DoesNothing()
    {
        Assert.Equal(0, Write("").Value);
        Assert.Empty(uevents.Drain());
        Assert.Empty(core.Tree.LogTexts());
    }

    [Theory]
    [InlineData("bogus")]
    [InlineData("ADD")]
    [InlineData("ad")]
    [InlineData("addd")]
    [InlineData(" add")]
    [InlineData("add\n\n")]
    [InlineData("\n")]
    [InlineData("\u00e4dd")]
    public void Write_OfAnUnknownAction_IsEINVALWithTheMeasuredLines(string text)
    {
        Assert.Equal(Errno.EINVAL, Write(text).Error);
        Assert.Empty(uevents.Drain());
        Assert.Equal(
            ["synth uevent: /devices/dev0: unknown uevent action string", "fake dev0: uevent: failed to send synthetic uevent: -22"],
            core.Tree.LogTexts());
    }

    [Theory]
    [InlineData("change notauuid")]
    [InlineData("change ")]
    [InlineData($"change  {Uuid}")]
    [InlineData($"change {Uuid} ")]
    [InlineData($"change {Uuid} A")]
    [InlineData($"change {Uuid} A=")]
    [InlineData($"change {Uuid} =x")]
    [InlineData($"change {Uuid}A=1")]
    [InlineData($"change {Uuid} A=1  B=2")]
    [InlineData($"change {Uuid} A_B=1")]
    [InlineData($"change {Uuid} A=1-2")]
    [InlineData("change 11111111-2222-3333-4444-55555555555g")]
    [InlineData("change 11111111_2222-3333-4444-555555555555")]
    public void Write_WithBadArguments_IsEINVALWithTheMeasuredLines(string text)
    {
        Assert.Equal(Errno.EINVAL, Write(text).Error);
        Assert.Empty(uevents.Drain());
        Assert.Equal(
            ["synth uevent: /devices/dev0: incorrect uevent action arguments", "fake dev0: uevent: failed to send synthetic uevent: -22"],
            core.Tree.LogTexts());
    }

    [Fact]
    public void Write_WithTooLongArguments_IsRefusedAndSendsNothing()
    {
        Assert.False(Write($"change {Uuid} A={new string('x', 3000)}").IsOk);
        Assert.Empty(uevents.Drain());
        Assert.Equal(2, core.Tree.LogTexts().Count);
    }

    [Fact]
    public void Write_ToADriversFile_LeavesOnlyTheFirstLine()
    {
        Assert.Equal(Errno.EINVAL, core.Tree.Echo("bogus", "bus/fake/drivers/fake/uevent").Error);
        Assert.Equal(["synth uevent: /bus/fake/drivers/fake: unknown uevent action string"], core.Tree.LogTexts());
    }

    public void Dispose() => uevents.Dispose();

    private Result<int> Write(string text) => core.Tree.Echo(text, "devices/dev0/uevent");
}
