using VfioMigration.Vfio.Migration;

namespace VfioMigration.Lab.Emulator;

/// <summary>The file <c>data</c>, opened: the session that was there, and whose it is.</summary>
internal sealed record EmulatorStream(EmulatorDevice Directory, MigrationSession Session);
