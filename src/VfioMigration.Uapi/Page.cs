namespace VfioMigration.Uapi;

/// <summary>The page of the simulated kernel (PAGE_SIZE): of sysfs text, of dirty tracking, of guest and device memory.</summary>
public static class Page
{
    /// <summary>In bytes; x86's.</summary>
    public const int Size = 4096;
}
