using VfioMigration.Mdev;

namespace VfioMigration.Vendors.Idxd;

/// <summary>So many dedicated work queues of a function.</summary>
internal sealed record IdxdType(IdxdFunction Function, int Queues) : MdevTypeDefinition($"{Queues}dwq", $"{Queues} dedicated work queue{(Queues == 1 ? "" : "s")}");
