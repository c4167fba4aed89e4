using VfioMigration.Buses.Pci;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Pci;

namespace VfioMigration.Vendors.Tests.VfioPci;

/// <summary>Counts what it is asked and answers as told.</summary>
internal sealed class FakeVendor(Func<PciDevice, VfioPciDevice?> answer) : IVfioPciVendor
{
    internal int Asked { get; private set; }

    public VfioPciDevice? Probe(PciDevice function)
    {
        Asked++;
        return answer(function);
    }
}
