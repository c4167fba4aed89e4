namespace VfioMigration.Posix;

/// <summary>The user namespace of this process.</summary>
public static class UserNamespace
{
    /// <summary>True in the first one, in which every user id is its own (<c>/proc/self/uid_map</c>).</summary>
    public static bool IsInitial
    {
        get
        {
            string[] words = File.ReadAllText("/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            return words is ["0", "0", "4294967295"];
        }
    }
}
