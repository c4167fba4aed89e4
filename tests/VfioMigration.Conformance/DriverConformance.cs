using Xunit;

namespace VfioMigration.Conformance;

/// <summary>
/// Derive from it in the tests of a driver and say which driver; every method is a test of yours. A failure lists what was wrong, and where.
/// </summary>
public abstract class DriverConformance
{
    /// <summary>The driver to test.</summary>
    protected abstract DriverUnderTest Driver { get; }

    /// <summary>A device accepts its own string, with and without a newline.</summary>
    [Fact]
    public void OwnString_IsAccepted() => Pass(ReflexiveCheck.CheckName);

    /// <summary>The same question has the same answer, however often and from however many threads.</summary>
    [Fact]
    public void SameQuestion_HasTheSameAnswer() => Pass(DeterministicCheck.CheckName);

    /// <summary>Strings are printable ASCII and fit into a page (R9).</summary>
    [Fact]
    public void Strings_AreAsciiAndFitIntoAPage() => Pass(StringFormCheck.CheckName);

    /// <summary>Strings of other drivers are refused with an errno and a reason that begins with the vendor's name (R20).</summary>
    [Fact]
    public void ForeignStrings_AreRefusedWithAReason() => Pass(ForeignStringsCheck.CheckName);

    /// <summary>Any bytes at all, and the own string damaged, never make the driver throw.</summary>
    [Fact]
    public void Noise_IsSurvived() => Pass(NoiseCheck.CheckName);

    /// <summary>A parent without room is as compatible as before.</summary>
    [Fact]
    public void Verdicts_DoNotDependOnCapacity() => Pass(CapacityCheck.CheckName);

    /// <summary>A type and its device say the same (R4).</summary>
    [Fact]
    public void TypeAndDevice_DoNotContradictEachOther() => Pass(TypeAndDeviceCheck.CheckName);

    /// <summary>Whatever changes the state changes the string (R32).</summary>
    [Fact]
    public void Configuration_ChangesTheString() => Pass(ConfigurationCheck.CheckName);

    /// <summary>What the driver describes, lists and spells leads to the same verdicts.</summary>
    [Fact]
    public void Dialects_AgreeWithTheVerdict() => Pass(DialectsCheck.CheckName);

    /// <summary>A verdict takes no longer than a person would notice.</summary>
    [Fact]
    public void Verdicts_StayWithinTheirBudget() => Pass(TimeBudgetCheck.CheckName);

    private void Pass(string check)
    {
        IReadOnlyList<Finding> findings = ConformanceKit.Run(Driver, check);
        Assert.True(findings.Count == 0, string.Join(Environment.NewLine, findings));
    }
}
