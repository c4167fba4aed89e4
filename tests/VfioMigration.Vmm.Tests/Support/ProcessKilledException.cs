namespace VfioMigration.Vmm.Tests.Support;

/// <summary>Unwinds a thread of a process that was killed. Only the test catches it.</summary>
internal sealed class ProcessKilledException() : Exception("killed");
