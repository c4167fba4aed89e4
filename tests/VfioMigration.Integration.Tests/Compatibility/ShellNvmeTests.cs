namespace VfioMigration.Integration.Tests.Compatibility;

/// <summary>R23, R42: equal ids prove nothing; what decides is where the data is.</summary>
public sealed class ShellNvmeTests : IDisposable
{
    private const string Function = "bus/pci/devices/" + CompatibilityLab.Address;
    private const string Start = "nvme-device_api=vfio-pci,pci_id=1b36-0010,store_mb=8,remote_url=";

    private readonly CompatibilityLab lab = CompatibilityLab.Nvme();

    public void Dispose() => lab.Dispose();

    [Fact]
    public void EqualFunctions_WithDataElsewhere_RefuseEachOther()
    {
        string output = lab.Shell($$"""
            for file in vendor device class revision; do cmp {far,near}/{{Function}}/$file && echo same $file; done; cat {far,near}/{{Function}}/migration_version
            try() { version=$(cat $1/{{Function}}/migration_version); (echo $version > $2/{{Function}}/migration_version) 2>&1 | grep -o 'Invalid argument'; }
            try far near; try near far
            for host in near far; do grep -o 'vfio-pci .*remote-url\]' $host/kernel/debug/vfiomig/kmsg; done
            """);

        const string Line = "vfio-pci " + CompatibilityLab.Address + ": migration_version: refused with EINVAL: nvme: remote_url";
        Assert.Equal(
            $"""
            same vendor
            same device
            same class
            same revision
            {Start}nvmf://10.0.0.1/nqn.a,software_version=1.0
            {Start},software_version=1.0
            Invalid argument
            Invalid argument
            {Line} nvmf://10.0.0.1/nqn.a does not match (empty) [remote-url]
            {Line} (empty) does not match nvmf://10.0.0.1/nqn.a [remote-url]

            """,
            output);
    }

    /// <summary>Not static: configured through the device's own file, and back.</summary>
    [Fact]
    public void RemoteUrl_WrittenWhileMounted_DecidesAtOnce()
    {
        string output = lab.Shell($$"""
            try() { cat $1/{{Function}}/migration_version > $2/{{Function}}/migration_version 2> ../err && echo -n + || echo -n .; }
            both() { try far near; try near far; echo; }
            stat -c %a near/{{Function}}/remote_url
            both; cat far/{{Function}}/remote_url > near/{{Function}}/remote_url; both; cat near/{{Function}}/migration_version
            echo nvmf://10.0.0.2/nqn.a > near/{{Function}}/remote_url; both; echo > near/{{Function}}/remote_url; both; echo > far/{{Function}}/remote_url; both
            cat {far,near}/{{Function}}/migration_version | uniq
            """);

        Assert.Equal($"644\n..\n++\n{Start}nvmf://10.0.0.1/nqn.a,software_version=1.0\n..\n..\n++\n{Start},software_version=1.0\n", output);
    }

    [Fact]
    public void Check_BeforeAndAfter_SaysWhyAndThenYes()
    {
        (int status, string output, _) = lab.Vfiomig($"check far/{Function} near/{Function}");
        Assert.Equal(1, status);
        Assert.StartsWith("incompatible\n  rule    target-write\n", output, StringComparison.Ordinal);
        Assert.Contains("Invalid argument (EINVAL)\n", output, StringComparison.Ordinal);
        Assert.Contains("nvme: remote_url nvmf://10.0.0.1/nqn.a does not match (empty) [remote-url]", output, StringComparison.Ordinal);

        lab.Shell($"cat far/{Function}/remote_url > near/{Function}/remote_url");

        Assert.Equal(
            (0, $"compatible\n  rule    all-passed\n  because the target accepts the source's string\n  string  {Start}nvmf://10.0.0.1/nqn.a,software_version=1.0\n", ""),
            lab.Vfiomig($"check far/{Function} near/{Function}"));
        Assert.Equal(0, lab.Vfiomig($"check near/{Function} far/{Function}").Status);
    }

    [Fact]
    public void Value_ThatIsNoUrl_IsRefusedAndChangesNothing()
    {
        string output = lab.Shell($$"""
            file=far/{{Function}}/remote_url; long=$(printf 'x%.0s' {1..200})
            for value in 'a b' 'a\b' $'a\tb' $'caf\xc3\xa9' ${long}x; do (echo "$value" > $file) 2>&1 | grep -o 'Invalid argument'; done
            cat $file; echo $long > $file; cat $file | wc -c
            """);

        Assert.Equal(string.Concat(Enumerable.Repeat("Invalid argument\n", 5)) + "nvmf://10.0.0.1/nqn.a\n201\n", output);
    }

    /// <summary>What separates fields does so only where the driver writes it.</summary>
    [Fact]
    public void UrlWithSeparators_IsEscapedInTheString()
    {
        string output = lab.Shell($$"""
            for host in far near; do echo 'nvmf://h/a,software_version=9%2C' > $host/{{Function}}/remote_url; done
            cat far/{{Function}}/migration_version; cat far/{{Function}}/migration_version > near/{{Function}}/migration_version; echo $?; cat near/{{Function}}/remote_url
            """);

        Assert.Equal($"{Start}nvmf://h/a%2Csoftware_version%3D9%252C,software_version=1.0\n0\nnvmf://h/a,software_version=9%2C\n", output);
    }

    /// <summary>The place is not all: the store must be as large, the software not newer.</summary>
    [Fact]
    public void EqualPlace_IsNotEnough()
    {
        string output = lab.Shell($$"""
            check() { $vfiomig check $1/{{Function}} $2/{{Function}} | grep -o '^[a-z]*$\|nvme: .*\]'; }
            check large near; check near large; check near new; check new near
            """);

        Assert.Equal(
            """
            incompatible
            nvme: store size (MB) 16 does not match 8 [store]
            incompatible
            nvme: store size (MB) 8 does not match 16 [store]
            compatible
            incompatible
            nvme: version 1.0 cannot load the state of version 1.1 [software-version]

            """,
            output);
    }
}
