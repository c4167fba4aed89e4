using VfioMigration.Mdev;

namespace VfioMigration.Vendors.Ap;

/// <summary>The one type of the matrix device, <c>vfio_ap-passthrough</c>.</summary>
internal static class ApType
{
    internal const string Prefix = "vfio_ap";

    internal static readonly IReadOnlyList<MdevTypeDefinition> All = [new("passthrough", "VFIO AP Passthrough Device")];
}
