namespace VfioMigration.Conformance;

/// <summary>All checks of a driver. Each runs on a host of its own.</summary>
public static class ConformanceKit
{
    private static readonly IConformanceCheck[] All =
    [
        new ReflexiveCheck(),
        new DeterministicCheck(),
        new StringFormCheck(),
        new ForeignStringsCheck(),
        new NoiseCheck(),
        new CapacityCheck(),
        new TypeAndDeviceCheck(),
        new ConfigurationCheck(),
        new DialectsCheck(),
        new TimeBudgetCheck(),
    ];

    /// <summary>Names of the checks, in order.</summary>
    public static IReadOnlyList<string> Checks => [.. All.Select(static check => check.Name)];

    /// <summary>What one check finds; empty when the driver passes.</summary>
    public static IReadOnlyList<Finding> Run(DriverUnderTest driver, string check)
    {
        var laboratory = new Laboratory(driver);
        if (laboratory.Problems.Count > 0)
        {
            return [new Finding("load", driver.Name, string.Join("; ", laboratory.Problems))];
        }

        IReadOnlyList<Specimen> specimens = laboratory.Collect();
        return specimens.Count == 0
            ? [new Finding("load", driver.Name, "no type or device of the driver has compatibility")]
            : Guarded(All.Single(one => one.Name == check), driver, laboratory, specimens);
    }

    /// <summary>A driver that throws unexpectedly fails the current check.</summary>
    private static IReadOnlyList<Finding> Guarded(
        IConformanceCheck check, DriverUnderTest driver, Laboratory laboratory, IReadOnlyList<Specimen> specimens)
    {
        try
        {
            return [.. check.Run(driver, laboratory, specimens)];
        }
        catch (Exception thrown)
        {
            return [new Finding(check.Name, driver.Name, $"throws {thrown.GetType().Name}: {thrown.Message} ({thrown.StackTrace?.Split('\n')[0].Trim()})")];
        }
    }

    /// <summary>What all checks find.</summary>
    public static IReadOnlyList<Finding> Run(DriverUnderTest driver) => [.. Checks.SelectMany(check => Run(driver, check)).Distinct()];
}
