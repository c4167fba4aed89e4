using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility;
using VfioMigration.Sdk;
using VfioMigration.Sdk.Functions;
using VfioMigration.Sysfs;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.HisiAcc;

/// <summary>
/// Virtual functions of the HiSilicon accelerators (<c>drivers/vfio/pci/hisilicon</c>), here as operations for functions bound to vfio-pci: the first
/// bytes of a stream are the match data, which are judged before anything else is sent. Options: see <see cref="HisiAccOptions"/>.
/// </summary>
public sealed class HisiAccModule : PciFunctionModule
{
    private readonly HisiAccOptions options;

    public HisiAccModule(VendorContext context)
        : base(context, "19e5:a251") => options = HisiAccOptions.Read(context.Options);

    public override string Name => "hisi_acc_vfio_pci";

    public override VfioPciDevice? Probe(PciDevice function, Device node) => new HisiAccDevice(function, node, options);

    public override IMigrationCompatibility? CompatibilityOf(PciDevice device) =>
        options.MigrationVersion && device.DriverData is HisiAccDevice accelerator ? accelerator.Compatibility : null;
}
