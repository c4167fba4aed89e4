using VfioMigration.Uapi;
using VfioMigration.Vmm;

namespace VfioMigration.Lab.Tests.Model;

/// <summary>The way to another host of the model.</summary>
internal sealed class ModelPeer(ModelNetwork network, ModelHost to) : IMigrationPeer
{
    public string Name => to.Name;

    public Result<Stream> Connect(CancellationToken cancelled) => network.Connect(to);
}
