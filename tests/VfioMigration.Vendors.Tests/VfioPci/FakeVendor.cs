using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.Tests.VfioPci;

/// <summary>Counts what it is asked and answers as told.</summary>
internal sealed class FakeVendor(Func<PciDevice, VfioPciDevice?> answer) : IVfioPciVendor
{
    internal int Asked { get; private set; }

    public VfioPciDevice? Probe(PciDevice function, Device node)
    {
        Asked++;
        return answer(function);
    }
}
