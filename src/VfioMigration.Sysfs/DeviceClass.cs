using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary><c>/sys/class/NAME</c>: a kind of device, and links to its devices.</summary>
public sealed class DeviceClass(DriverCore core, string name) : Kobject(core.Tree, name)
{
    public override string Subsystem => "class";

    /// <summary>Creates the directory and sends its uevent. EEXIST when there is such a class.</summary>
    public Errno Register(bool announce = true)
    {
        Errno error = AddTo(core.Classes);
        if (error == Errno.None && announce)
        {
            SendUevent(UeventAction.Add);
        }

        return error;
    }

    public void Unregister()
    {
        SendUevent(UeventAction.Remove);
        RemoveDirectory();
    }
}
