using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Faults;

/// <summary>Errnos as people write them.</summary>
public static class ErrnoNames
{
    /// <summary>Names only, <c>EIO</c>; not "none".</summary>
    public static bool TryParse(string name, out Errno errno) =>
        Enum.TryParse(name, out errno) && errno != Errno.None && errno.Name() == name;
}
