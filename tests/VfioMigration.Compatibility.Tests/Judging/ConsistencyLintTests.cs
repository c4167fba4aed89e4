using VfioMigration.Compatibility.Judging;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Judging;

/// <summary>R4.</summary>
public class ConsistencyLintTests
{
    private const string Attribute = "migration_version";

    private readonly FakeNode device = new("device", false);
    private readonly FakeNode type = new("type", true);

    [Fact]
    public void Find_OfAConsistentPair_IsNothing() => Assert.Empty(Rules());

    [Fact]
    public void Find_OfAPairWithoutTheFile_IsNothing()
    {
        device.Files.Clear();
        type.Files.Clear();

        Assert.Empty(Rules());
        Assert.Empty(device.Written);
    }

    [Fact]
    public void Find_WhenOnlyTheDeviceHasTheFile_IsTypeAbsent()
    {
        type.Files.Clear();

        LintFinding finding = Assert.Single(ConsistencyLint.Find(device, type, Attribute));
        Assert.Equal(("type-absent", "only the device has migration_version"), (finding.Rule, finding.Message));
        Assert.Equal((device, type), (finding.Device, finding.Type));
    }

    [Fact]
    public void Find_WhenOnlyTheTypeHasTheFile_IsDeviceAbsent()
    {
        device.Files.Clear();

        Assert.Equal(["device-absent"], Rules());
    }

    [Fact]
    public void Find_WhenOneCannotBeRead_IsRead()
    {
        type.Files[Attribute] = Errno.ENODEV;
        Assert.Equal("reading the device gives 'acme-1.0', the type ENODEV", Assert.Single(ConsistencyLint.Find(device, type, Attribute)).Message);
        device.Files[Attribute] = Errno.ENODEV;
        Assert.Empty(Rules());
    }

    [Fact]
    public void Find_WhenANodeRefusesItsOwnString_IsReflexive()
    {
        device.OnWrite = _ => Errno.EINVAL;
        Assert.Equal(["reflexive", "type-to-device"], Rules());
        device.OnWrite = _ => Errno.None;
        type.OnWrite = _ => Errno.EUNATCH;

        Assert.Equal(["reflexive", "device-to-type"], Rules());
        Assert.Contains("the type refuses its own string with EUNATCH", ConsistencyLint.Find(device, type, Attribute)[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_WhenTheStringsDiffer_IsStrings()
    {
        device.Files[Attribute] = "acme-2.0";

        Assert.Equal(["strings"], Rules());
    }

    [Fact]
    public void Find_WhenOneRefusesTheOthersString_SaysWhichWay()
    {
        device.Files[Attribute] = "acme-2.0";
        device.OnWrite = text => text == "acme-2.0" ? Errno.None : Errno.EINVAL;
        Assert.Equal(["strings", "type-to-device"], Rules());
        type.OnWrite = text => text == "acme-1.0" ? Errno.None : Errno.EINVAL;

        Assert.Equal(["strings", "type-to-device", "device-to-type"], Rules());
    }

    /// <summary>A device of two instances is not what its type stands for; it must still accept itself.</summary>
    [Fact]
    public void Find_OfAnAggregatedDevice_ComparesItWithItselfOnly()
    {
        device.Files[Attribute] = "acme-1.0,aggregate=2";
        device.Files["mdev/aggregated_instances"] = "1";
        Assert.Equal(["strings"], Rules());
        device.Files["mdev/aggregated_instances"] = "2";
        Assert.Empty(Rules());
        device.OnWrite = _ => Errno.EINVAL;

        Assert.Equal(["reflexive"], Rules());
    }

    private string[] Rules() => [.. ConsistencyLint.Find(device, type, Attribute).Select(finding => finding.Rule)];
}
