using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Rules;
using VfioMigration.Sdk.Functions;

namespace VfioMigration.Vendors.VfioPci;

/// <summary>
/// String: <c>vvvv-dddd-vfio-pci-MAJOR.MINOR</c>, beginning with the PCI vendor id (R21). Same ids, same major, the source's minor not
/// newer.
/// </summary>
internal static class VfioPciCompatibility
{
    private const string Vendor = "vfio-pci";

    private static readonly TemplateForm Form =
        new("{pci_id:[0-9a-f]{4}-[0-9a-f]{4}}-vfio-pci-{software_version:[0-9]+[.][0-9]+([.][0-9]+)?}");

    private static readonly CompatibilityRule[] Rules = [new EqualRule("vendor-device-id", FieldNames.PciId, "function"), new VersionRule()];

    internal static IMigrationCompatibility Of(PciIds ids, SoftwareVersion software)
    {
        DeviceDescription description = PciFunctionCompatibility.Describe(Vendor, ids.DashedId, software);
        return new RuleBasedCompatibility(Vendor, Form, Rules, () => description)
        {
            Accepted = Verdict.Compatible("software-version", "vfio-pci: the same ids, and software that can load the state"),
        };
    }
}
