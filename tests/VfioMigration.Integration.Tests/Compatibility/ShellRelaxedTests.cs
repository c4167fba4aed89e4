namespace VfioMigration.Integration.Tests.Compatibility;

/// <summary>Shares of a GPU, channel paths, sessions and races, with nothing but a shell (R17, R26, R27, R44).</summary>
public sealed class ShellRelaxedTests : IDisposable
{
    private const string Types = CompatibilityLab.Graphics;

    private readonly CompatibilityLab lab = CompatibilityLab.Relaxed();

    public void Dispose() => lab.Dispose();

    /// <summary>R17, R41: V5_2 = 2 x V5_4 = 4 x V5_8, on another function with newer software.</summary>
    [Fact]
    public void Aggregates_OfOneShare_AreEqual()
    {
        string output = lab.Shell($$"""
            create() { echo $2-509f-382f-3c1e-e6bfe0fa1001,aggregate=$4 > $1/{{Types}}/i915-GVTg_V5_$3/create; }
            create a 00000001 8 2; create a 00000002 4 1; create b 00000001 8 2; create b 00000002 4 1; create b 00000003 8 1
            try() { cat a/bus/mdev/devices/$1-*/migration_version > b/bus/mdev/devices/$2-*/migration_version 2> /dev/null && echo + || echo -; }
            for source in 00000001 00000002; do for target in 00000001 00000002 00000003; do try $source $target; done; done | tr -d '\n'
            cat a/bus/mdev/devices/00000001-*/migration_version a/bus/mdev/devices/*/mdev/aggregated_instances
            """);

        Assert.Equal("++-++-8086-193b-GVTg_V5_8-00000001,aggregate=2\n2\n1\n", output);
    }

    [Theory]
    [InlineData("2 1", "4 2", true)]
    [InlineData("2 1", "8 4", true)]
    [InlineData("8 4", "2 1", true)]
    [InlineData("1 1", "4 4", true)]
    [InlineData("2 1", "4 1", false)]
    [InlineData("1 1", "2 1", false)]
    public void Aggregates_InPairs_FollowTheTable(string source, string target, bool accepted)
    {
        string output = lab.Shell($$"""
            create() { echo {{CompatibilityLab.Uuid}},aggregate=$3 > $1/{{Types}}/i915-GVTg_V5_$2/create; }
            create a {{source}}; create b {{target}}
            $vfiomig check a/bus/mdev/devices/{{CompatibilityLab.Uuid}} b/bus/mdev/devices/{{CompatibilityLab.Uuid}} | head -n 1
            """);

        Assert.Equal(accepted ? "compatible\n" : "incompatible\n", output);
    }

    /// <summary>R17: a half finds two quarters, and their room, before anything is created.</summary>
    [Fact]
    public void Plan_ForAHalf_FindsTheWaysToCreateOne()
    {
        string output = lab.Shell($$"""
            $vfiomig plan a/{{Types}}/i915-GVTg_V5_2 --on b | grep -v 'can take it' | sed 's/  */ /g'
            $vfiomig plan a/{{Types}}/i915-GVTg_V5_2 --on b --json | tr -d ' \n' | grep -o '"creation_parameters":"aggregate=2"'
            diff <($vfiomig plan a/{{Types}}/i915-GVTg_V5_2 --on b --json | grep -v probes) <($vfiomig plan a/{{Types}}/i915-GVTg_V5_2 --on b --json --exhaustive | grep -v probes) && echo same
            """);

        Assert.Equal(
            """
             1 b/0000:00:02.0/i915-GVTg_V5_2 type, room for 2
             2 b/0000:00:02.0/i915-GVTg_V5_4,aggregate=2 type, room for 2
             3 b/0000:00:02.0/i915-GVTg_V5_8,aggregate=4 type, room for 2
            "creation_parameters":"aggregate=2"
            same

            """,
            output);
    }

    /// <summary>The pools of all types move together; what is open or too much is refused.</summary>
    [Fact]
    public void AggregatedInstances_Written_MoveThePoolOfEveryType()
    {
        string output = lab.Shell($$"""
            echo {{CompatibilityLab.Uuid}} > a/{{Types}}/i915-GVTg_V5_8/create; d=a/bus/mdev/devices/{{CompatibilityLab.Uuid}}/mdev
            free() { cat a/{{Types}}/*/available_instances | tr '\n' ' '; echo; }
            cat $d/aggregated_instances $d/max_aggregation; free; echo 4 > $d/aggregated_instances; free
            (echo 9 > $d/aggregated_instances) 2>&1 | grep -o 'Invalid argument'; echo 1 > $d/aggregated_instances; free
            stat -c %a $d/aggregated_instances $d/max_aggregation
            """);

        Assert.Equal("1\n8\n0 1 3 7 \n0 1 2 4 \nInvalid argument\n0 1 3 7 \n644\n444\n", output);
    }

    /// <summary>R44, R45: mask and host differ and it is plausible; another channel path type is refused.</summary>
    [Fact]
    public void Subchannels_OfOneChannelPathType_Match()
    {
        string output = lab.Shell("""
            t=mdev_supported_types/vfio-ccw_IO/migration_version
            cat a/class/mdev_bus/0.0.0313/$t; cat a/class/mdev_bus/0.0.0313/$t > b/class/mdev_bus/0.0.0313/$t; echo $?
            (cat a/class/mdev_bus/0.0.0314/$t > b/class/mdev_bus/0.0.0313/$t) 2>&1 | grep -o 'Invalid argument'
            tail -n 1 b/class/mdev_bus/0.0.0313/mdev_supported_types/vfio-ccw_IO/migration_errors | sed 's/.*: vfio-ccw/vfio-ccw/'
            """);

        Assert.Equal(
            "software_version=1.0.0,type=vfio-ccw,subchannel_type=0,chpid_type=0x1a,chpid_mask=0xf0\n0\nInvalid argument\nvfio-ccw: chpid_type 0x1b does not match 0x1a\n",
            output);
    }

    /// <summary>R26: two open files of one shell.</summary>
    [Fact]
    public void WriteAndAsk_InTwoSessions_DoNotSeeEachOther()
    {
        string output = lab.Shell($$"""
            ask=b/{{Types}}/i915-GVTg_V5_2/migration_ask; exec 3<> $ask 4<> $ask
            echo 8086-193b-GVTg_V5_4-00000001,aggregate=2 >&3; echo 8086-193b-GVTg_V5_8-00000001,aggregate=4 >&4
            head -n 1 <&4; head -n 1 <&3; exec 3>&- 4>&-
            exec 5<> $ask; cat <&5 | wc -c; echo 8086-591d-GVTg_V5_1-00000001 >&5; head -n 1 <&5; (echo noise >&5) 2>&1 | grep -o 'Invalid argument'
            """);

        Assert.Equal(
            "8086-193b-GVTg_V5_8-00000001,aggregate=4\n8086-193b-GVTg_V5_4-00000001,aggregate=2\n0\n8086-591d-GVTg_V5_2-00000002\nInvalid argument\n",
            output);
    }

    /// <summary>R27: the same question through a plain file.</summary>
    [Fact]
    public void WriteAndAsk_ThroughThePlainFile_Races()
    {
        string output = lab.Shell($$"""
            ask=b/{{Types}}/i915-GVTg_V5_2/migration_ask_racy; exec 3<> $ask 4<> $ask
            echo 8086-193b-GVTg_V5_4-00000001,aggregate=2 >&3; echo 8086-193b-GVTg_V5_8-00000001,aggregate=4 >&4
            head -n 1 $ask
            """);

        Assert.Equal("8086-193b-GVTg_V5_8-00000001,aggregate=4\n", output);
    }

    /// <summary>The objection to the file of a type: A wants 2, B wants 4, A creates and has 4.</summary>
    [Fact]
    public void TypeAggregator_OfTwoCreators_GivesOneTheOthersSize()
    {
        string output = lab.Shell($$"""
            t=a/{{Types}}/i915-GVTg_V5_8; cat $t/aggregator
            echo 2 > $t/aggregator # A
            echo 4 > $t/aggregator # B
            echo {{CompatibilityLab.Uuid}} > $t/create # A
            cat a/bus/mdev/devices/{{CompatibilityLab.Uuid}}/mdev/aggregated_instances
            """);

        Assert.Equal("1\n4\n", output);
    }

    /// <summary>R20: every string of the lab into every file that takes one; nothing but an errno, and all strings stay as they were.</summary>
    [Fact]
    public void EveryString_IntoEveryFile_IsAnsweredAndChangesNothing()
    {
        string output = lab.Shell("""
            types=$(ls -d {a,b}/class/mdev_bus/*/mdev_supported_types/*); strings=$(for t in $types; do cat $t/migration_version; done)
            before=$(cat {a,b}/class/mdev_bus/*/mdev_supported_types/*/migration_version | cksum)
            for t in $types; do for s in $strings; do for f in version migration_version migration_ask migration_ask_racy; do
              echo "$s" > $t/$f
            done; done; done 2> ../err; grep -v 'Invalid argument' ../err; wc -l < ../err
            [ "$before" = "$(cat {a,b}/class/mdev_bus/*/mdev_supported_types/*/migration_version | cksum)" ] && echo same
            for t in $types; do own=$(cat $t/migration_version); echo "$own" > $t/migration_version || echo $t; done; echo $types | wc -w
            """);

        Assert.EndsWith("\nsame\n27\n", output, StringComparison.Ordinal);
        Assert.InRange(int.Parse(output.Split('\n')[0]), 1000, 27 * 27 * 4);
    }
}
