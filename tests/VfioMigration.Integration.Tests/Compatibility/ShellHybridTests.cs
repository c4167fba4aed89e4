namespace VfioMigration.Integration.Tests.Compatibility;

/// <summary>R18, R19: a function by itself under vfio-pci, and the same function wrapped into a mediated device.</summary>
public sealed class ShellHybridTests : IDisposable
{
    private const string Function = "bus/pci/devices/" + CompatibilityLab.Address;
    private const string Type = "class/mdev_bus/" + CompatibilityLab.Address + "/mdev_supported_types/wrapper_mdev-154c";
    private const string Device = "bus/mdev/devices/" + CompatibilityLab.Uuid;

    private readonly CompatibilityLab lab = CompatibilityLab.Hybrid();

    public void Dispose() => lab.Dispose();

    /// <summary>R5: a function has the device's form only; a wrapped one has both, and none of its own.</summary>
    [Fact]
    public void Nodes_OfEitherKind_AreWhereTheyBelong()
    {
        string output = lab.Shell($$"""
            list() { for node in {phys,mdev}/{{{Function}},{{Type}},{{Device}}}/migration_version; do [ -e $node ] && echo "$(cat $node) ${node%%/*} $(stat -c %a $node)"; done; echo; }
            list; echo {{CompatibilityLab.Uuid}} > mdev/{{Type}}/create; list
            basename -a $(readlink phys/{{Function}}/driver) $(readlink mdev/{{Function}}/driver); ls phys/class/mdev_bus | wc -l
            [ mdev/{{Function}}/{{CompatibilityLab.Uuid}}/migration_version -ef mdev/{{Device}}/migration_version ] && echo same
            """);

        Assert.Equal(
            """
            i40evf-8086-154c-phys-1.0 phys 644
            i40evf-8086-154c-mdev-1.0 mdev 644

            i40evf-8086-154c-phys-1.0 phys 644
            i40evf-8086-154c-mdev-1.0 mdev 644
            i40evf-8086-154c-mdev-1.0 mdev 644

            vfio-pci
            wrapper_mdev
            0
            same

            """,
            output);
    }

    /// <summary>The target's option decides; software and hardware are judged as ever.</summary>
    [Fact]
    public void EveryString_IntoEveryNode_FollowsTheTable()
    {
        string output = Created($$"""
            for source in phys/{{Function}} new/{{Function}} other/{{Function}} mdev/{{Type}} mdev/{{Device}}; do
              for target in {phys,anyphys}/{{Function}} {mdev,anymdev}/{{{Type}},{{Device}}}; do
                (cat $source/migration_version | cat > $target/migration_version) 2> ../err && echo -n + || echo -n .; grep -v 'Invalid argument' ../err
              done; echo " ${source%%/*}"
            done
            """);

        Assert.Equal("++..++ phys\n...... new\n...... other\n.+++++ mdev\n.+++++ mdev\n", output);
    }

    [Fact]
    public void Check_BetweenDevices_AsksTheTargetsDriver()
    {
        string output = Created($$"""
            check() { text=$($vfiomig check $1 $2); echo "${1%%/*} ${2%%/*} $? $(awk '/ rule / { print $2 }' <<< "$text")$(grep -o ': i40evf:.*\]' <<< "$text")"; }
            check phys/{{Function}} anymdev/{{Device}}; check anymdev/{{Device}} phys/{{Function}}
            check phys/{{Function}} mdev/{{Device}}; check mdev/{{Device}} anyphys/{{Function}}
            check phys/{{Function}} anyphys/{{Function}}; check mdev/{{Device}} anymdev/{{Device}}
            check new/{{Function}} anymdev/{{Device}}; check other/{{Function}} anymdev/{{Device}}
            """);

        Assert.Equal(
            """
            phys anymdev 0 all-passed
            anymdev phys 1 target-write: i40evf: a function used as mdev does not match phys [kind]
            phys mdev 1 target-write: i40evf: a function used as phys does not match mdev [kind]
            mdev anyphys 0 all-passed
            phys anyphys 0 all-passed
            mdev anymdev 0 all-passed
            new anymdev 1 target-write: i40evf: version 1.0 cannot load the state of version 1.1 [software-version]
            other anymdev 1 target-write: i40evf: function 8086-1889 does not match 8086-154c [vendor-device-id]

            """,
            output);
    }

    /// <summary>R16: a function has no type, which is another than any; the driver is asked when types do not matter.</summary>
    [Theory]
    [InlineData("phys/" + Function, "anymdev/" + Type, "", "1 types-differ")]
    [InlineData("phys/" + Function, "anymdev/" + Type, "--types off", "0 all-passed")]
    [InlineData("phys/" + Function, "anymdev/" + Type, "--types advised", "0 all-passed the types differ: (none) and wrapper_mdev-154c")]
    [InlineData("phys/" + Function, "mdev/" + Type, "--types off", "1 target-write")]
    [InlineData("mdev/" + Type, "anyphys/" + Function, "", "1 types-differ")]
    [InlineData("mdev/" + Type, "anyphys/" + Function, "--types off", "0 all-passed")]
    [InlineData("mdev/" + Type, "phys/" + Function, "--types off", "1 target-write")]
    [InlineData("phys/" + Function, "anymdev/" + Device, "--types required", "1 types-differ")]
    public void Check_AcrossKinds_IsAMatterOfTypesFirst(string source, string target, string options, string expected)
    {
        (int status, string output, _) = CreatedCheck($"{options} {source} {target}");
        IEnumerable<string> shown = output.Split('\n').Where(line => line.StartsWith("  rule", StringComparison.Ordinal) || line.StartsWith("  note", StringComparison.Ordinal));

        Assert.Equal(expected, $"{status} {string.Join(' ', shown.Select(line => line[10..]))}");
    }

    /// <summary>R10: who refused, why, by which rule, and both strings.</summary>
    [Fact]
    public void Refusal_InEitherDirection_IsInTheTargetsLog()
    {
        string output = Created($$"""
            try() { version=$(cat $1/migration_version); (echo $version > $2/migration_version) 2>> ../err; }
            try phys/{{Function}} mdev/{{Device}}; try phys/{{Function}} mdev/{{Type}}; try mdev/{{Device}} phys/{{Function}}
            for host in mdev phys; do grep -h refused $host/kernel/debug/vfiomig/kmsg | sed 's/^[^]]*\] //'; done; wc -l < ../err
            """);

        Assert.Equal(
            $$"""
            wrapper_mdev {{CompatibilityLab.Uuid}}: migration_version: refused with EINVAL: i40evf: a function used as phys does not match mdev [kind], local "i40evf-8086-154c-mdev-1.0", remote "i40evf-8086-154c-phys-1.0"
            wrapper_mdev {{CompatibilityLab.Address}}: wrapper_mdev-154c: migration_version: refused with EINVAL: i40evf: a function used as phys does not match mdev [kind], local "i40evf-8086-154c-mdev-1.0", remote "i40evf-8086-154c-phys-1.0"
            vfio-pci {{CompatibilityLab.Address}}: migration_version: refused with EINVAL: i40evf: a function used as mdev does not match phys [kind], local "i40evf-8086-154c-phys-1.0", remote "i40evf-8086-154c-mdev-1.0"
            3

            """,
            output);
    }

    /// <summary>Compatibility is not capacity: the one device of a function is taken.</summary>
    [Fact]
    public void WrappedFunction_ThatIsTaken_AcceptsAsBefore()
    {
        string output = Created($$"""
            cat anymdev/{{Type}}/available_instances
            (echo 83b8f4f2-509f-382f-3c1e-e6bfe0fa1002 > anymdev/{{Type}}/create) 2>&1 | grep -o 'Too many users'
            cat phys/{{Function}}/migration_version > anymdev/{{Type}}/migration_version; echo $?
            """);

        Assert.Equal("0\nToo many users\n0\n", output);
    }

    /// <summary>The administrator changes his mind: what the function said by itself is accepted when it is wrapped.</summary>
    [Fact]
    public void Function_HandedToTheWrapper_ChangesItsNodes()
    {
        string output = lab.Shell($$"""
            cd both; version=$(cat {{Function}}/migration_version); echo $version
            echo {{CompatibilityLab.Address}} > bus/pci/drivers/vfio-pci/unbind; ls {{Function}} | grep -c migration_version
            echo {{CompatibilityLab.Address}} > bus/pci/drivers/wrapper_mdev/bind; echo $version > {{Type}}/migration_version; echo $?
            echo {{CompatibilityLab.Uuid}} > {{Type}}/create; echo $version > {{Device}}/migration_version; echo $?; cat {{Device}}/migration_version
            """);

        Assert.Equal("i40evf-8086-154c-phys-1.0\n0\n0\n0\ni40evf-8086-154c-mdev-1.0\n", output);
    }

    /// <summary>With a device around the function of every host that wraps.</summary>
    private string Created(string script) => lab.Shell($"for host in mdev anymdev; do echo {CompatibilityLab.Uuid} > $host/{Type}/create; done\n{script}");

    private (int Status, string Output, string Errors) CreatedCheck(string arguments)
    {
        Created("");
        return lab.Vfiomig($"check {arguments}");
    }
}
