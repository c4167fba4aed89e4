using System.Reflection;

using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Architecture.Tests;

/// <summary>Everything of a driver that the program calls goes through the guard (docs/architecture.md, "Calls into drivers").</summary>
public sealed class VendorCallSitesTests
{
    private static readonly string[] Program = ["Sysfs", "SysfsMount", "Mdev", "Buses", "Vfio", "Vmm", "Compatibility", "Sdk", "Lab", "Daemon"];

    [Fact]
    public void CallsIntoDrivers_StandBehindTheGuard() =>
        Assert.Empty(VendorCallSites.Outside(Program.Select(static name => Assembly.Load($"VfioMigration.{name}"))));

    [Fact]
    public void CallPastTheGuard_IsNoticed() => Assert.Contains(
        VendorCallSites.Outside([typeof(VendorCallSitesTests).Assembly]),
        static problem => problem.Contains(nameof(Past), StringComparison.Ordinal) && problem.Contains("SavingStream.Read", StringComparison.Ordinal));

    /// <summary>Never called: it is only there to be found.</summary>
    internal static Result<int> Past(SavingStream stream) => stream.Read([]);
}
