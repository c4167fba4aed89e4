namespace VfioMigration.Lab.Emulator;

/// <summary>A directory of the emulator's own folder, which no kernel has.</summary>
internal interface IEmulatorObject;
