using VfioMigration.Buses.Css;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Ccw;

/// <summary>Makes every I/O subchannel a parent with the one type <c>vfio-ccw_IO</c>.</summary>
internal sealed class CcwCssDriver(VendorContext context, KernelModule module, CcwMdevDriver mdevDriver)
    : CssDriver(context.Css, module, "vfio_ccw")
{
    /// <summary>
    /// The name the compatibility discussion of 2020 uses. The merged driver spells the same type <c>vfio_ccw-io</c>.
    /// </summary>
    private const string TypePrefix = "vfio";
    private static readonly MdevTypeDefinition IoSubchannel = new("ccw_IO", "I/O subchannel (Non-QDIO)");

    public override IReadOnlyList<byte> SubchannelTypes { get; } = [0];

    protected override Errno Probe(Subchannel subchannel)
    {
        Result<MdevParent> registered = context.Mdev.RegisterParent(subchannel, mdevDriver, [IoSubchannel], TypePrefix);
        subchannel.DriverData = registered.IsOk ? registered.Value : null;
        return registered.Error;
    }

    protected override void Remove(Subchannel subchannel)
    {
        if (subchannel.DriverData is MdevParent parent)
        {
            context.Mdev.UnregisterParent(parent);
        }
    }
}
