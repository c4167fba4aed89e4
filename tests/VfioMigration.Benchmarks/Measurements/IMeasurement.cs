namespace VfioMigration.Benchmarks.Measurements;

/// <summary>Measures one thing and writes its tables.</summary>
internal interface IMeasurement
{
    void Run(Report report);
}
