namespace VfioMigration.Sysfs;

/// <summary>The character device node that devtmpfs would make for a device.</summary>
/// <param name="Major">Device major number.</param>
/// <param name="Minor">Device minor number.</param>
/// <param name="Name">Path below /dev.</param>
/// <param name="Mode">Permission bits announced in DEVMODE; null announces none (0600).</param>
public sealed record DeviceNode(int Major, int Minor, string Name, uint? Mode = null);
