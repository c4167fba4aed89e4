namespace VfioMigration.Sysfs;

/// <summary><c>enum kobject_action</c>, in the kernel's order.</summary>
public enum UeventAction
{
    Add,
    Remove,
    Change,
    Move,
    Online,
    Offline,
    Bind,
    Unbind,
}
