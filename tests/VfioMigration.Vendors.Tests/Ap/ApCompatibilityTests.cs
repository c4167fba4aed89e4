using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Tests.Ap;

/// <summary>R32: the string says what was written into the matrix.</summary>
public class ApCompatibilityTests
{
    private const string Parent = "devices/vfio_ap/matrix";
    private const string Device = $"{Parent}/{VendorHost.Uuid}";
    private const string Start = "vfio_ap-device_api=vfio-ap,mdev_type=passthrough,";
    private const string Own = Start + "adapters=05-06,domains=0004+00ab,control_domains=0004,software_version=1.0";

    private readonly VendorHost host = VendorHost.Load("vfio_ap");

    public ApCompatibilityTests() => Assert.True(host.Create(Parent, "vfio_ap-passthrough").IsOk);

    [Fact]
    public void Version_OfADevice_FollowsItsMatrix()
    {
        const string Empty = Start + "adapters=none,domains=none,control_domains=none,software_version=1.0\n";
        Assert.Equal(Empty, host.Tree.Cat($"{Device}/migration_version").Value);
        Configure();

        Assert.Equal(Own + "\n", host.Tree.Cat($"{Device}/migration_version").Value);
        Assert.Equal(Empty, host.CatType(Parent, "vfio_ap-passthrough", "migration_version"));
        Assert.Equal(Errno.EINVAL, host.Tree.Echo(Empty, $"{Device}/migration_version").Error);
    }

    [Theory]
    [InlineData(Own, null)]
    [InlineData(Own + "\n", null)]
    [InlineData(Start + "adapters=05,domains=0004+00ab,control_domains=0004,software_version=1.0", "adapters")]
    [InlineData(Start + "adapters=05-07,domains=0004+00ab,control_domains=0004,software_version=1.0", "adapters")]
    [InlineData(Start + "adapters=05-06,domains=0004,control_domains=0004,software_version=1.0", "domains")]
    [InlineData(Start + "adapters=05-06,domains=0004+00ab,control_domains=none,software_version=1.0", "control_domains")]
    [InlineData(Start + "adapters=05-06,domains=0004+00ab,control_domains=0004,software_version=1.1", "software-version")]
    [InlineData("vfio_ap-device_api=vfio-pci,mdev_type=passthrough,adapters=05-06,domains=0004+00ab,control_domains=0004,software_version=1.0", "type")]
    [InlineData("05.0004", "format")]
    [InlineData("", "format")]
    public void Judge_OfASource_FollowsTheRules(string source, string? rule)
    {
        Configure();
        Verdict verdict = VendorHost.Judge(host.Module.CompatibilityOf(host.Host.Mdev.Parents.Single().Devices.Single())!, source);

        Assert.Equal(rule is null ? VerdictKind.Plausible : VerdictKind.Incompatible, verdict.Kind);
        Assert.Equal(rule is null ? Errno.None : Errno.EINVAL, verdict.Errno);
        Assert.Equal(rule ?? "matrix", verdict.Rule);
        Assert.StartsWith("vfio_ap: ", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Version_OfTheLargestMatrix_FitsIntoAPage()
    {
        for (int number = 1; number < 256; number += 2)
        {
            Write("assign_adapter", $"{number}");
            Write("assign_domain", $"{number}");
            Write("assign_control_domain", $"{number}");
        }

        Assert.Null(MigrationVersionString.FindProblem(host.Tree.Cat($"{Device}/migration_version").Value.TrimEnd('\n')));
    }

    private void Configure()
    {
        Write("assign_adapter", "5");
        Write("assign_adapter", "6");
        Write("assign_domain", "4");
        Write("assign_domain", "0xab");
        Write("assign_control_domain", "4");
    }

    private void Write(string file, string value) => Assert.Equal(Errno.None, host.Tree.Echo(value, $"{Device}/{file}").Error);
}
