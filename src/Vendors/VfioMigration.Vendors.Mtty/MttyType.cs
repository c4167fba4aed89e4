using VfioMigration.Mdev;

namespace VfioMigration.Vendors.Mtty;

/// <summary>A serial card by its number of ports.</summary>
internal sealed record MttyType(string SysfsName, string PrettyName, int Ports) : MdevTypeDefinition(SysfsName, PrettyName)
{
    internal static readonly MttyType SinglePort = new("1", "Single port serial", 1);
    internal static readonly MttyType DualPort = new("2", "Dual port serial", 2);
}
