namespace VfioMigration.Vmm.Tests.Support;

/// <summary>Unwinds a thread of a process that was killed. Nobody catches it but the test.</summary>
internal sealed class ProcessKilledException() : Exception("killed");
