namespace VfioMigration.Integration.Tests.Compatibility;

/// <summary>Where equal size is not enough (P14).</summary>
public sealed class ShellQueuesTests : IDisposable
{
    private readonly CompatibilityLab lab = CompatibilityLab.Queues();

    public void Dispose() => lab.Dispose();

    /// <summary>Thirty queues of one and fifteen of two are as large, and incompatible in the end.</summary>
    [Fact]
    public void WorkQueues_OfOneSizeCutOtherwise_DoNotMatch()
    {
        string output = lab.Shell("""
            t=class/mdev_bus/0000:6a:01.0/mdev_supported_types; id=-509f-382f-3c1e-e6bfe0fa1001
            echo 00000001$id,aggregate=30 > a/$t/dsa-1dwq/create; echo 00000002$id,aggregate=15 > a/$t/dsa-2dwq/create
            echo 00000001$id,aggregate=30 > b/$t/dsa-1dwq/create; echo 00000002$id,aggregate=15 > b/$t/dsa-2dwq/create
            cat a/bus/mdev/devices/00000001$id/migration_version
            for s in 1 2; do for d in 1 2; do
              cat a/bus/mdev/devices/0000000$s$id/migration_version > b/bus/mdev/devices/0000000$d$id/migration_version 2> /dev/null && echo + || echo -
            done; done | tr -d '\n'
            $vfiomig check a/bus/mdev/devices/00000001$id b/bus/mdev/devices/00000002$id | grep -o 'dsa: [^[]*'
            """);

        Assert.Equal(
            "dsa-device_api=vfio-pci,pci_id=8086-0b25,mdev_type=dsa-1dwq,aggregator=30,software_version=1.0.0\n+--+dsa: type dsa-1dwq does not match dsa-2dwq \n",
            output);
    }

    /// <summary>The plan for a device of thirty finds the one way to create another.</summary>
    [Fact]
    public void Plan_ForThirtyQueues_FindsThirtyQueues()
    {
        string output = lab.Shell("""
            echo 00000001-509f-382f-3c1e-e6bfe0fa1001,aggregate=30 > a/class/mdev_bus/0000:6a:01.0/mdev_supported_types/dsa-1dwq/create
            $vfiomig plan a/bus/mdev/devices/00000001-* | sed 's/ in .*//'
            """);

        Assert.Equal(
            "  1  b/0000:6a:01.0/dsa-1dwq,aggregate=30  type, room for 2\n  2  a/0000:6a:01.0/dsa-1dwq,aggregate=30  type, room for 1\n2 of 180 can take it; probed 90 of them\n",
            output);
    }
}
