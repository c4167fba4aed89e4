using VfioMigration.Buses.Pci;
using VfioMigration.Mdev;

namespace VfioMigration.Vendors.Wrapper;

/// <summary>The one type of a function: all of it, named by its device id.</summary>
internal sealed record WrapperType(PciDevice Function)
    : MdevTypeDefinition($"{Function.Ids.Device:x4}", $"whole function {Function.Ids}");
