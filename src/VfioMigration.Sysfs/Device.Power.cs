namespace VfioMigration.Sysfs;

public partial class Device
{
    /// <summary><c>power/async</c>.</summary>
    internal bool PowerAsync { get; set; }

    /// <summary><c>power/control</c> is <c>on</c>: runtime power management is forbidden.</summary>
    internal bool PowerForbidden { get; set; }
}
