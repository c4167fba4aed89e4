namespace VfioMigration.Vfio;

/// <summary>Who uses a device, for messages.</summary>
/// <param name="Name">Of the program.</param>
/// <param name="ProcessId">Of the process, 0 when it is not known.</param>
public readonly record struct VfioUser(string Name, int ProcessId)
{
    public override string ToString() => ProcessId == 0 ? Name : $"{Name} (pid {ProcessId})";
}
