using VfioMigration.Mdev;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Ap;

/// <summary>The files of a device (Linux, <c>Documentation/arch/s390/vfio-ap.rst</c>).</summary>
internal sealed class ApAttributes(ApMatrices matrices)
{
    internal IReadOnlyList<AttributeGroup> Groups =>
    [
        new AttributeGroup(
            Number("assign_adapter", static (matrix, number) => matrix with { Adapters = matrix.Adapters.With(number) }),
            Number("unassign_adapter", static (matrix, number) => matrix with { Adapters = matrix.Adapters.Without(number) }),
            Number("assign_domain", static (matrix, number) => matrix with { Domains = matrix.Domains.With(number) }),
            Number("unassign_domain", static (matrix, number) => matrix with { Domains = matrix.Domains.Without(number) }),
            Number("assign_control_domain", static (matrix, number) => matrix with { ControlDomains = matrix.ControlDomains.With(number) }),
            Number("unassign_control_domain", static (matrix, number) => matrix with { ControlDomains = matrix.ControlDomains.Without(number) }),
            Text("control_domains", static device => device.Matrix.ControlDomainsToLines()),
            Text("matrix", static device => device.Matrix.ToLines()),
            Text("guest_matrix", device => matrices.Filter(device.Matrix).ToLines())),
    ];

    private static ApDevice Of(MdevDevice device) => (ApDevice)device.DriverData!;

    private static SysfsAttribute<MdevDevice> Text(string name, Func<ApDevice, string> show) =>
        SysfsAttribute<MdevDevice>.ReadOnly(name, (device, page) => SysfsText.Lines(page, show(Of(device))));

    /// <summary>EINVAL: no number. ENODEV: beyond 255. Else the error of the host's matrices.</summary>
    private SysfsAttribute<MdevDevice> Number(string name, Func<ApMatrix, int, ApMatrix> change) =>
        SysfsAttribute<MdevDevice>.WriteOnly(
            name,
            (device, value) => !SysfsText.ParseUnsigned(value).TryGet(out ulong number) ? Errno.EINVAL
                : number >= ApMask.Count ? Errno.ENODEV
                : matrices.Change(Of(device), matrix => change(matrix, (int)number)));
}
