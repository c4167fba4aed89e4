namespace VfioMigration.Benchmarks.Processes;

/// <summary>What one operation cost, in microseconds.</summary>
/// <param name="Elapsed">From the beginning to the end of a run, divided by the operations of all clients.</param>
/// <param name="Processor">Processor time of client and server together.</param>
internal readonly record struct OperationCost(double Elapsed, double Processor);
