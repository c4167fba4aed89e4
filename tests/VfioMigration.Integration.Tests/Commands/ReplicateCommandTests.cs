using System.Text.Json;

using VfioMigration.Integration.Tests.Compatibility;

namespace VfioMigration.Integration.Tests.Commands;

/// <summary>R33: an exact duplicate, as a definition for mdevctl or made right away.</summary>
public sealed class ReplicateCommandTests : IDisposable
{
    private const string Uuid = CompatibilityLab.Uuid;
    private const string Other = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1002";
    private const string Device = "bus/mdev/devices/" + Uuid;
    private const string Quarter = "class/mdev_bus/0000:00:02.0/mdev_supported_types/i915-GVTg_V5_4";
    private const string Passthrough = "class/mdev_bus/matrix/mdev_supported_types/vfio_ap-passthrough";

    private readonly CompatibilityLab lab = CompatibilityLab.Duplicates();

    public void Dispose() => lab.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/migration_version")]
    public void Definition_OfADevice_IsTypeAndAttributes(string ending)
    {
        CreateHalf();
        (int status, string output, string errors) = lab.Vfiomig($"replicate one/{Device}{ending}");

        Assert.Equal((0, ""), (status, errors));
        Assert.Equal("""{"mdev_type":"i915-GVTg_V5_4","start":"manual","attrs":[{"mdev/aggregated_instances":"2"}]}""", Compact(output));
    }

    /// <summary>The queues come from adapters and domains; what the guest may only control is part of it as well.</summary>
    [Fact]
    public void Definition_OfAMatrix_AssignsEverything()
    {
        CreateMatrix();

        Assert.Equal(
            """
            {"mdev_type":"vfio_ap-passthrough","start":"manual","attrs":[{"assign_adapter":"0x05"},{"assign_adapter":"0x06"},
            {"assign_domain":"0x0004"},{"assign_domain":"0x00ab"},{"assign_control_domain":"0x0007"}]}
            """.ReplaceLineEndings(""),
            Compact(lab.Shell($"$vfiomig replicate one/{Device}")));
    }

    /// <summary>The real mdevctl takes the definition and makes the device that it describes.</summary>
    [Theory]
    [InlineData("0000:00:02.0", "i915-GVTg_V5_4", "8086-193b-GVTg_V5_4-00000001,aggregate=2")]
    [InlineData("matrix", "vfio_ap-passthrough", "vfio_ap-device_api=vfio-ap,mdev_type=passthrough,adapters=05-06,domains=0004+00ab,control_domains=0007,software_version=1.0")]
    public void Definition_GivenToMdevctl_StartsTheDuplicate(string parent, string type, string version)
    {
        if (parent == "matrix")
        {
            CreateMatrix();
        }
        else
        {
            CreateHalf();
        }

        (int status, string output, string errors) = lab.Run("one", $"""
            set -e; file=$(mktemp); trap 'rm $file' EXIT; device=/sys/{Device}
            cat $device/migration_version; vfiomig replicate $device > $file; echo 1 > $device/remove; [ ! -e $device ]
            mdevctl define --uuid {Uuid} --parent {parent} --jsonfile $file; mdevctl list --defined; mdevctl start --uuid {Uuid}
            cat $device/migration_version
            """);

        Assert.Equal((0, ""), (status, errors));
        Assert.Equal($"{version}\n{Uuid} {parent} {type} manual\n\n{version}\n", output);
    }

    [Fact]
    public void Apply_OnTheParentOfThatName_MakesAndChecksIt()
    {
        CreateMatrix();

        Assert.Equal((0, $"two/{Device}\n", ""), lab.Vfiomig($"replicate one/{Device} --apply two"));
        Assert.Equal("same\n05.0004\n05.00ab\n06.0004\n06.00ab\n0007\n", lab.Shell(
            $"cmp one/{Device}/migration_version two/{Device}/migration_version && echo same; cat two/{Device}/matrix two/{Device}/control_domains"));
    }

    /// <summary>The GPU of the other host is elsewhere.</summary>
    [Fact]
    public void Apply_WhereTheParentHasAnotherName_NeedsIt()
    {
        CreateHalf();
        (int status, string output, string errors) = lab.Vfiomig($"replicate one/{Device} --apply two");
        Assert.Equal((1, ""), (status, output));
        Assert.Equal("vfiomig: two/class/mdev_bus/0000:00:02.0/mdev_supported_types/i915-GVTg_V5_4: no such type on this parent; choose another with --parent\n", errors);

        Assert.Equal((0, $"two/{Device}\n", ""), lab.Vfiomig($"replicate one/{Device} --apply two --parent 0000:00:03.0"));
        Assert.Equal(
            "2\ni915-GVTg_V5_4\n0000:00:03.0\ncompatible\n",
            lab.Shell($"cd two/{Device}; cat mdev/aggregated_instances; basename $(readlink mdev_type); basename $(dirname $(pwd -P)); cd ../../../../..; $vfiomig check one/{Device} two/{Device} | head -n 1"));
    }

    /// <summary>The own UUID where it is free, by whichever name the device was given; else a new one, or what was asked for.</summary>
    [Theory]
    [InlineData("one/" + Device, "--apply two", Uuid)]
    [InlineData("one/" + Device + "/", "--apply two", Uuid)]
    [InlineData("one/" + Device + "/mdev_type/devices/" + Uuid + "/matrix", "--apply two", Uuid)]
    [InlineData("one/" + Device, "--apply two --uuid " + Other, Other)]
    [InlineData("one/" + Device, "--apply one --uuid " + Other, Other)]
    public void Uuid_OfTheDuplicate_IsTheFirstThatIsFree(string source, string options, string expected)
    {
        lab.Shell($"echo {Uuid} > one/{Passthrough}/create");
        (int status, string output, string errors) = lab.Vfiomig($"replicate {source} {options}");

        Assert.Equal((0, ""), (status, errors));
        Assert.EndsWith($"/bus/mdev/devices/{expected}\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Uuid_ThatIsTaken_GivesWayToANewOne()
    {
        lab.Shell($"echo {Uuid} > one/{Passthrough}/create");
        (int status, string output, _) = lab.Vfiomig($"replicate one/{Device} --apply one");

        Assert.Equal(0, status);
        Assert.NotEqual($"one/{Device}\n", output);
        Assert.True(Guid.TryParse(Path.GetFileName(output.TrimEnd('\n')), out _), output);
        Assert.Equal("2\n", lab.Shell("ls one/bus/mdev/devices | wc -l"));
    }

    [Fact]
    public void Apply_RefusedByTheType_SaysWhyAndMakesNothing()
    {
        CreateHalf();
        lab.Shell($"echo {Other} > two/class/mdev_bus/0000:00:03.0/mdev_supported_types/i915-GVTg_V5_1/create");
        (int status, _, string errors) = lab.Vfiomig($"replicate one/{Device} --apply two --parent 0000:00:03.0");

        Assert.Equal(1, status);
        Assert.Matches($@"^vfiomig: two/.*/i915-GVTg_V5_4/create refuses {Uuid}: .* \([A-Z]+\)\n$", errors);
        Assert.Equal($"{Other}\n", lab.Shell("ls two/bus/mdev/devices"));
    }

    /// <summary>A queue of that host belongs to its own drivers: half a duplicate is none.</summary>
    [Fact]
    public void Apply_RefusedByAnAttribute_TakesTheDeviceBack()
    {
        CreateMatrix();
        (int status, string output, string errors) = lab.Vfiomig($"replicate one/{Device} --apply own");

        Assert.Equal((1, ""), (status, output));
        Assert.Matches($@"^vfiomig: own/{Device}/assign_[a-z]+ refuses '0x[0-9a-f]+': Cannot assign requested address \(EADDRNOTAVAIL\); the device was removed again\n$", errors);
        Assert.Equal("", lab.Shell("ls own/bus/mdev/devices"));
    }

    /// <summary>Half a matrix stays half.</summary>
    [Fact]
    public void Apply_OfAdaptersAlone_GivesTheSameString()
    {
        lab.Shell($"echo {Uuid} > one/{Passthrough}/create; echo 5 > one/{Device}/assign_adapter");

        Assert.Equal((0, $"two/{Device}\n", ""), lab.Vfiomig($"replicate one/{Device} --apply two"));
        Assert.Equal("05.\n", lab.Shell($"cat two/{Device}/matrix"));
    }

    [Theory]
    [InlineData("", "'src' missing")]
    [InlineData("nothing", "nothing: not a mediated device")]
    [InlineData("one", "one: not a mediated device")]
    [InlineData("one/" + Quarter, "i915-GVTg_V5_4: not a mediated device")]
    [InlineData("one/bus/pci/devices/0000:00:02.0", "0000:00:02.0: not a mediated device")]
    [InlineData("one/" + Device + " two", "unexpected argument 'two'")]
    [InlineData("one/" + Device + " --bogus", "unknown option '--bogus'")]
    [InlineData("one/" + Device + " --apply", "Required argument missing for option: '--apply'")]
    public void Arguments_ThatNameNoDevice_AreStatusTwo(string arguments, string sentence)
    {
        (int status, string output, string errors) = lab.Vfiomig($"replicate {arguments}");

        Assert.True(status == 2, $"{status} {output} {errors}");
        Assert.Contains(sentence, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    private static string Compact(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement);

    private void CreateHalf() => lab.Shell($"echo {Uuid},aggregate=2 > one/{Quarter}/create");

    private void CreateMatrix() => lab.Shell($"""
        echo {Uuid} > one/{Passthrough}/create; cd one/{Device}
        for adapter in 5 6; do echo $adapter > assign_adapter; done; for domain in 4 0xab; do echo $domain > assign_domain; done; echo 7 > assign_control_domain
        """);
}
