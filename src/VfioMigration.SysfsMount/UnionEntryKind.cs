namespace VfioMigration.SysfsMount;

/// <summary>What a <see cref="UnionEntry"/> stands for. Directories and files are mount points; links and placeholders are complete.</summary>
public enum UnionEntryKind
{
    Directory,
    File,
    Link,

    /// <summary>A directory that shows nothing but other entries: what a link of the machine's leads to, or through.</summary>
    Placeholder,
}
