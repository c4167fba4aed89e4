namespace VfioMigration.Integration.Tests.Compatibility;

/// <summary>The examples of the proposal, typed into a shell over mounted trees (R2, R6, R15, and the cases of series v2).</summary>
public sealed class ShellStrictTests : IDisposable
{
    private const string Type = CompatibilityLab.Graphics + "/i915-GVTg_V5_4";

    private readonly CompatibilityLab lab = CompatibilityLab.Strict();

    public void Dispose() => lab.Dispose();

    /// <summary>Series v2, case 1: both 8086-193b.</summary>
    [Fact]
    public void VersionCase1_SameFunction_Succeeds() => Assert.Equal(
        "8086-193b-GVTg_V5_4-00000001\n0\n",
        lab.Shell($"version=$(cat one/{Type}/version); echo $version; echo $version > two/{Type}/version; echo $?"));

    /// <summary>Series v2, case 2: 8086-193b to 8086-191b.</summary>
    [Fact]
    public void VersionCase2_OtherFunction_IsInvalidArgument()
    {
        string output = lab.Shell($"cat one/{Type}/version > other/{Type}/version 2> ../err; echo $?; grep -o 'Invalid argument' ../err");

        Assert.Equal("1\nInvalid argument\n", output);
    }

    /// <summary>Series v2, case 3: no attribute.</summary>
    [Fact]
    public void VersionCase3_WithoutTheAttribute_IsNoSuchFile()
    {
        string output = lab.Shell($"cat absent/{Type}/version 2> ../err; echo $?; grep -o 'No such file or directory' ../err; stat -c %A one/{Type}/version");

        Assert.Equal("1\nNo such file or directory\n-rw-r--r--\n", output);
    }

    /// <summary>Series v2: ENODEV means never.</summary>
    [Fact]
    public void Version_OfTheSeriesAsPosted_IsNoSuchDeviceBothWays()
    {
        string output = lab.Shell($$"""
            for file in version migration_version; do
              cat inert/{{Type}}/$file 2>&1 | grep -o 'No such device'; (cat one/{{Type}}/$file > inert/{{Type}}/$file) 2>&1 | grep -o 'No such device'
            done
            """);

        Assert.Equal(string.Concat(Enumerable.Repeat("No such device\n", 4)), output);
    }

    /// <summary>R15, R6: the two lines of the proposal, with the tree's paths as they are.</summary>
    [Fact]
    public void ExampleLines_OfTheProposal_Work()
    {
        string output = lab.Shell($$"""
            mdev_UUID1=83b8f4f2-509f-382f-3c1e-e6bfe0fa1001; mdev_UUID2=83b8f4f2-509f-382f-3c1e-e6bfe0fa1002
            echo $mdev_UUID1 > one/{{Type}}/create; echo $mdev_UUID2 > two/{{Type}}/create; echo $mdev_UUID2 > other/{{Type}}/create
            VERSION=$(cd one; cat bus/mdev/devices/$mdev_UUID1/migration_version)
            (cd two; echo $VERSION > bus/mdev/devices/$mdev_UUID2/migration_version; echo $?)
            (cd other; echo $VERSION > bus/mdev/devices/$mdev_UUID2/migration_version) 2>&1 | grep -o 'Invalid argument'
            cmp one/bus/mdev/devices/$mdev_UUID1/mdev_type/migration_version one/bus/mdev/devices/$mdev_UUID1/migration_version && echo same
            """);

        Assert.Equal("0\nInvalid argument\nsame\n", output);
    }

    /// <summary>R2: one file, whichever way one comes to it.</summary>
    [Fact]
    public void TypeNode_ThroughAllAliases_IsOneFile()
    {
        string output = lab.Shell($$"""
            echo {{CompatibilityLab.Uuid}} > one/{{Type}}/create; cd one
            stat -L -c %i {{Type}}/migration_version devices/pci0000:00/0000:00:02.0/mdev_supported_types/i915-GVTg_V5_4/migration_version \
              bus/mdev/devices/{{CompatibilityLab.Uuid}}/mdev_type/migration_version | uniq | wc -l
            """);

        Assert.Equal("1\n", output);
    }

    /// <summary>Compatibility is not capacity: a full parent answers as before.</summary>
    [Fact]
    public void FullParent_IsAsCompatibleAsBefore()
    {
        string output = lab.Shell($$"""
            echo {{CompatibilityLab.Uuid}} > two/{{CompatibilityLab.Graphics}}/i915-GVTg_V5_1/create; cat two/{{Type}}/available_instances
            cat one/{{Type}}/migration_version > two/{{Type}}/migration_version; echo $?
            """);

        Assert.Equal("0\n0\n", output);
    }
}
