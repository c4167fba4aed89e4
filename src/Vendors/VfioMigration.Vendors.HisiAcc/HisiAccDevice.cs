using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility;
using VfioMigration.Sdk.Devices;
using VfioMigration.Sysfs;

namespace VfioMigration.Vendors.HisiAcc;

/// <summary>A virtual function of a zip, sec or hpre accelerator.</summary>
internal sealed class HisiAccDevice : AcceleratorDevice
{
    internal HisiAccDevice(PciDevice function, Device node, HisiAccOptions options)
        : base(function.Config, node, options.SoftwareVersion)
    {
        Match = HisiAccMatchData.Of(function.Ids, options);
        Compatibility = HisiAccCompatibility.Of(Match);
        AddMigration(new HisiAccMigration(this, Report), options.Migration, hasDirtyLog: false);
    }

    /// <summary>The match data were compared when they were received; the rest is the accelerator's registers.</summary>
    public override string StateDescription => "hisi_acc";

    internal HisiAccMatchData Match { get; }

    internal RuleBasedCompatibility Compatibility { get; }
}
