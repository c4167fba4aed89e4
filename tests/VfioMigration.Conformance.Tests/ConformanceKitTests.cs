using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Sdk;
using VfioMigration.Uapi;

namespace VfioMigration.Conformance.Tests;

/// <summary>Drivers that are wrong in one way fail the check for that, and no other.</summary>
public sealed class ConformanceKitTests
{
    private static readonly Verdict Refused = Verdict.Incompatible(Errno.EINVAL, "rule", "broken: no");
    private static readonly Verdict Accepted = Verdict.Compatible("rule", "broken: yes");

    public static TheoryData<string> Broken => [.. Drivers.Keys];

    private static Dictionary<string, DriverUnderTest> Drivers { get; } = new()
    {
        [ReflexiveCheck.CheckName] = BrokenDriver.With(static _ => new Judge { Answer = static _ => Refused }),
        [DeterministicCheck.CheckName] = Moody(),
        [StringFormCheck.CheckName] = BrokenDriver.With(static _ => new Judge { Version = static () => "br\u00f6ken-1", Answer = static text => text.StartsWith("br", StringComparison.Ordinal) ? Accepted : Refused }),
        [ForeignStringsCheck.CheckName] = BrokenDriver.With(static _ => new Judge { Answer = static _ => Accepted }),
        [NoiseCheck.CheckName] = BrokenDriver.With(static _ => new Judge { Answer = static text => text.Length == 4096 && text[0] == '-' ? throw new FormatException("too long") : null! }),
        [CapacityCheck.CheckName] = BrokenDriver.With(
            static type => new Judge { Answer = text => text.StartsWith(Judge.Own, StringComparison.Ordinal) && type.AvailableInstances == 0 ? Refused : null! },
            static _ => new Judge()),
        [TypeAndDeviceCheck.CheckName] = BrokenDriver.With(static _ => new Judge(), static _ => new Judge { Version = static () => "broken-2" }),
        [ConfigurationCheck.CheckName] = BrokenDriver.With(static _ => new Judge()) with { Configurations = [("speed", "9600")] },
        [DialectsCheck.CheckName] = BrokenDriver.With(static _ => new Judge { Description = Named(Judge.Own), Listed = [Named(Judge.Own), Named("broken-0")] }),
        [TimeBudgetCheck.CheckName] = BrokenDriver.With(static _ => new Judge { Answer = static text => text.Length == 4096 && text[0] == 'a' ? Slow() : null! }),
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void BrokenDriver_FailsForItsOwnReasonOnly(string check)
    {
        IReadOnlyList<Finding> findings = ConformanceKit.Run(Drivers[check]);

        Assert.Equal([check], findings.Select(finding => finding.Check).Distinct());
        Assert.All(findings, finding => Assert.NotEmpty(finding.Message));
    }

    [Fact]
    public void GoodDriver_PassesEverything() => Assert.Empty(ConformanceKit.Run(BrokenDriver.With(static _ => new Judge())));

    [Fact]
    public void EveryCheck_HasADriverThatFailsIt() => Assert.Equal(ConformanceKit.Checks.Order(), Drivers.Keys.Order());

    [Theory]
    [InlineData("broken-1", 4, null)]
    [InlineData("broken-2", 4, "reads 'broken-1', its type 'broken-2'")]
    public void ConfigurationThatIsNotWhatItsDevicesAre_IsFound(string promised, int available, string? problem)
    {
        var driver = new DriverUnderTest(BrokenDriver.ModuleName, context => new BrokenDriver(context, static _ => new Judge(), static _ => new Judge())
        {
            Configurations = [new TypeConfiguration("size=2", available, new Judge { Version = () => promised })],
        });

        IReadOnlyList<Finding> findings = ConformanceKit.Run(driver, TypeAndDeviceCheck.CheckName);

        Assert.Equal(problem, findings.SingleOrDefault()?.Message);
    }

    [Fact]
    public void DriverThatAnswersForNothing_IsNotAPass()
    {
        var silent = new DriverUnderTest(BrokenDriver.ModuleName, context => new BrokenDriver(context, static _ => null!, static _ => null!));

        Assert.Equal("load", Assert.Single(ConformanceKit.Run(silent)).Check);
    }

    [Fact]
    public void OptionThatTheDriverDoesNotKnow_IsNotAPass()
    {
        DriverUnderTest driver = BrokenDriver.With(static _ => new Judge()) with { Options = new Dictionary<string, string> { ["colour"] = "red" } };

        Assert.Contains("colour", Assert.Single(ConformanceKit.Run(driver)).Message, StringComparison.Ordinal);
    }

    private static DeviceDescription Named(string name) => new("broken", new DescriptionField("name", name, FieldKind.Identity));

    /// <summary>Changes its mind about one string; never about its own, or it would fail for that.</summary>
    private static DriverUnderTest Moody()
    {
        int asked = 0;
        return BrokenDriver.With(_ => new Judge { Answer = text => text == "nonsense" && Interlocked.Increment(ref asked) > 50 ? Accepted : null! });
    }

    /// <summary>Longer than the budget, by work and not by sleep.</summary>
    private static Verdict Slow()
    {
        long until = Environment.TickCount64 + 150;
        while (Environment.TickCount64 < until)
        {
            Thread.SpinWait(1000);
        }

        return Refused;
    }
}
