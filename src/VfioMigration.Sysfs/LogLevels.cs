namespace VfioMigration.Sysfs;

/// <summary>Log levels of <c>include/linux/kern_levels.h</c>.</summary>
public static class LogLevels
{
    public const int Alert = 1;
    public const int Error = 3;
    public const int Warning = 4;
    public const int Info = 6;
}
