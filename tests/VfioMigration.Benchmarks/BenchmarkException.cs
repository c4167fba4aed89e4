namespace VfioMigration.Benchmarks;

/// <summary>A measurement that cannot be made; the message says why.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
