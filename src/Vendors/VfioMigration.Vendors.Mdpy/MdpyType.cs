using VfioMigration.Mdev;

namespace VfioMigration.Vendors.Mdpy;

/// <summary>A display by its resolution in pixels.</summary>
internal sealed record MdpyType(string SysfsName, int Width, int Height) : MdevTypeDefinition(SysfsName, $"mdpy-{SysfsName}");
