namespace VfioMigration.Lab.Faults;

/// <summary>A directory of the emulator's own folder, which no kernel has.</summary>
internal interface IEmulatorObject;
