using VfioMigration.Benchmarks.Serving;
using VfioMigration.Mdev;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Lab.Tests;

/// <summary>
/// What one device of a whole host costs, with all directories that an emulated device has. Alone, because the heap is shared.
/// </summary>
[Collection(Name)]
[CollectionDefinition(Name, DisableParallelization = true)]
public class DeviceCostTests
{
    private const string Name = "device cost";

    /// <summary>Managed bytes per device.</summary>
    private const int MaxBytes = 8192;

    private readonly Host host = TestHosts.WithDrivers(null);
    private readonly MdevParent parent;
    private int created;

    public DeviceCostTests()
    {
        Assert.Empty(host.Boot());
        Assert.Null(UnlimitedModule.LoadInto(host));
        parent = host.Mdev.Parents.Single(parent => parent.Device.Name == UnlimitedModule.ModuleName);
        Create(100);
    }

    [Fact]
    public void Devices_AThousandOfThem_TakeAtMostEightKibibytesEach()
    {
        const int Devices = 1000;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Create(Devices);
        long after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(host);

        Assert.InRange((after - before) / Devices, 1, MaxBytes);
    }

    [Fact]
    public void Create_AmongFiveThousandDevices_AllocatesAndAddsAsMuchAsAmongAHundred()
    {
        (long bytes, int nodes) = Cost();
        Create(5000);
        (long bytesLater, int nodesLater) = Cost();

        Assert.Equal(nodes, nodesLater);

        // Numbers in names have more digits; the optimizing compiler may come in between and spare an enumerator.
        Assert.InRange(bytesLater, bytes / 2, bytes + 256);
    }

    /// <summary>The medians of many, because a table grows only occasionally.</summary>
    private (long Bytes, int Nodes) Cost()
    {
        var observer = new CountingObserver();
        host.Core.Tree.Root.Subscribe(observer);
        (long Bytes, int Nodes)[] costs = [.. Enumerable.Range(0, 101).Select(_ => CostOfOne(observer))];
        host.Core.Tree.Root.Unsubscribe(observer);
        return (costs.Select(cost => cost.Bytes).Order().ElementAt(costs.Length / 2), costs.Select(cost => cost.Nodes).Distinct().Single());
    }

    private (long Bytes, int Nodes) CostOfOne(CountingObserver observer)
    {
        observer.Added = 0;
        string uuid = NextUuid();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Errno error = parent.Create(parent.Types[0], uuid);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(Errno.None, error);
        return (allocated, observer.Added);
    }

    private void Create(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(Errno.None, parent.Create(parent.Types[0], NextUuid()));
        }
    }

    private string NextUuid() => $"{created++:x8}-9c1d-4c3a-8f00-{created * 2654435761L & 0xFFFFFFFFFFFF:x12}";

    private sealed class CountingObserver : IKernfsObserver
    {
        internal int Added { get; set; }

        void IKernfsObserver.Added(KernfsNode node) => Added++;

        public void AttributesChanged(KernfsNode node)
        {
        }

        public void Removed(KernfsNode node)
        {
        }

        public void Notified(KernfsFile file)
        {
        }
    }
}
