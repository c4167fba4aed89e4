namespace VfioMigration.Posix;

/// <summary>Paths with links resolved, so that one file has one name.</summary>
public static class RealPath
{
    /// <summary>The absolute path; what does not exist stays as it is (realpath -m).</summary>
    public static string Of(string path)
    {
        string at = "/";
        foreach (string part in Path.GetFullPath(path).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            at = Path.Combine(at, part);
            at = Directory.Exists(at) ? new DirectoryInfo(at).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? at : at;
        }

        return at;
    }
}
