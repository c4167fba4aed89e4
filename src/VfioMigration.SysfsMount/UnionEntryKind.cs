namespace VfioMigration.SysfsMount;

/// <summary>What a <see cref="UnionEntry"/> stands for. Directories and files are mount points; links are complete.</summary>
public enum UnionEntryKind
{
    Directory,
    File,
    Link,
}
