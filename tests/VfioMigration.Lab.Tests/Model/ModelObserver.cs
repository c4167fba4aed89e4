using VfioMigration.Vmm;

namespace VfioMigration.Lab.Tests.Model;

/// <summary>Looks at the guests whenever a migration gets on.</summary>
internal sealed class ModelObserver(ModelNetwork network) : IMigrationObserver
{
    public void PhaseBegan(MigrationPhase phase, TimeSpan elapsed, long sentBytes) => network.Look();

    public void Progressed(MigrationPhase phase, TimeSpan elapsed, int round, long sentBytes, long roundBytes, long expectedBytes) => network.Look();

    public void RoundEnded(MigrationPhase phase, TimeSpan elapsed, MigrationRound round) => network.Look();

    public void Noted(MigrationPhase phase, TimeSpan elapsed, string message) => network.Look();

    public void Completed(TimeSpan elapsed, TimeSpan? downtime, string message) => network.Look();

    public void Failed(MigrationPhase phase, TimeSpan elapsed, string message) => network.Look();
}
