using VfioMigration.Vfio;

namespace VfioMigration.Vendors.Gvt;

/// <summary>A virtual GPU.</summary>
/// <param name="Id">Number on its physical GPU, from 1.</param>
/// <param name="Vfio">Its registration.</param>
internal sealed record GvtDevice(int Id, VfioDevice Vfio);
