using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests;

/// <summary>What it costs to add a device does not depend on how many there are.</summary>
public class CreationCostTests
{
    private const int Many = 10_000;

    private readonly DriverCore core = new(new ManualClock());

    [Fact]
    public void Add_AmongTenThousandDevices_VisitsAsManyNodesAsAmongAHundred()
    {
        var bus = new FakeBus(core);
        var driver = new FakeDriver(bus, bus.Module);
        bus.RegisterDriver(driver);
        for (int i = 0; i < 100; i++)
        {
            bus.AddNew($"dev{i}");
        }

        double first = MeanVisited(bus, "first");
        for (int i = 100; i < Many; i++)
        {
            bus.AddNew($"dev{i}");
        }

        Assert.InRange(MeanVisited(bus, "last"), first * 0.75, first * 1.25);
    }

    [Fact]
    public void Add_AmongTenThousandDevices_AllocatesAsMuchAsAmongAHundred()
    {
        var bus = new FakeBus(core);
        var driver = new FakeDriver(bus, bus.Module);
        bus.RegisterDriver(driver);
        for (int i = 0; i < 100; i++)
        {
            bus.AddNew($"dev{i:D5}");
        }

        long first = MedianAllocated(bus, "first");
        for (int i = 100; i < Many; i++)
        {
            bus.AddNew($"dev{i:D5}");
        }

        // The optimizing compiler may come in between and spare an enumerator.
        Assert.InRange(MedianAllocated(bus, "last"), first / 2, first + 64);
    }

    /// <summary>Nodes that a lookup of every new name looks at, per device.</summary>
    private double MeanVisited(FakeBus bus, string prefix)
    {
        const int Devices = 200;
        var observer = new AddedObserver();
        core.Tree.Root.Subscribe(observer);
        for (int i = 0; i < Devices; i++)
        {
            bus.AddNew($"{prefix}{i}");
        }

        core.Tree.Root.Unsubscribe(observer);
        return observer.Added.Sum(node => node.Parent!.CountVisited(node.Hash, node.Utf8Name)) / (double)Devices;
    }

    /// <summary>Of many, because a table grows only occasionally.</summary>
    private static long MedianAllocated(FakeBus bus, string prefix)
    {
        long[] allocated = new long[101];
        for (int i = 0; i < allocated.Length; i++)
        {
            string name = $"{prefix,-8}{i:D5}";
            long before = GC.GetAllocatedBytesForCurrentThread();
            Errno error = bus.NewDevice(name).Add();
            allocated[i] = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(Errno.None, error);
        }

        return allocated.Order().ElementAt(allocated.Length / 2);
    }

    private sealed class AddedObserver : IKernfsObserver
    {
        internal List<KernfsNode> Added { get; } = [];

        void IKernfsObserver.Added(KernfsNode node) => Added.Add(node);

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
