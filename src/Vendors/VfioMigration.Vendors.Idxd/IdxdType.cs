using VfioMigration.Mdev;

namespace VfioMigration.Vendors.Idxd;

/// <summary>A number of dedicated work queues of a function.</summary>
internal sealed record IdxdType(IdxdFunction Function, int Queues) : MdevTypeDefinition($"{Queues}dwq", $"{Queues} dedicated work queue{(Queues == 1 ? "" : "s")}")
{
    /// <summary>Instances of a device, when it has the function for itself.</summary>
    internal int MaxInstances => Function.Queues / Queues;

    /// <summary>Instances that what is left would make.</summary>
    internal int FreeInstances => Function.Free / Queues;

    /// <summary>Takes instances, or gives some back when negative. False when there are not enough.</summary>
    internal bool TryTake(int instances) => Function.TryTake(instances * Queues);
}
