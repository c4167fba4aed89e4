using VfioMigration.Mdev;

namespace VfioMigration.Vendors.Mbochs;

/// <summary>A display by its video memory in MiB.</summary>
internal sealed record MbochsType(string SysfsName, int Megabytes) : MdevTypeDefinition(SysfsName, $"mbochs-{SysfsName}");
