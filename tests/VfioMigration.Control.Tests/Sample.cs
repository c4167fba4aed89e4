namespace VfioMigration.Control.Tests;

/// <summary>A request, as it was written and as it must be.</summary>
internal sealed record Sample(ControlOperation Operation, object Request, byte[] Written, string Line);
