using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Faults;

/// <summary>Faults on demand, asked before a region is accessed. May take its time.</summary>
public interface IAccessFaults
{
    /// <summary>An errno instead of the read; <see cref="Errno.None"/> lets it happen.</summary>
    Errno BeforeRead(int region, ulong offset, int length);

    /// <summary>An errno instead of the write; <see cref="Errno.None"/> lets it happen.</summary>
    Errno BeforeWrite(int region, ulong offset, int length);
}
