namespace VfioMigration.Vendors.Nvme;

/// <summary>
/// Registers of BAR 0, 32-bit each: one I/O queue pair without the admin queue that would create it. Doorbells as NVMe has them, at
/// 0x1000.
/// </summary>
internal static class NvmeRegister
{
    internal const int BarSize = 16 * 1024;
    internal const int Count = 8;

    /// <summary>CC: bit 0 enables.</summary>
    internal const int Configuration = 0;

    internal const int SubmissionBaseLow = 1;
    internal const int SubmissionBaseHigh = 2;
    internal const int CompletionBaseLow = 3;
    internal const int CompletionBaseHigh = 4;

    /// <summary>Entries of both queues.</summary>
    internal const int QueueLength = 5;

    /// <summary>Next command to take; read-only.</summary>
    internal const int SubmissionHead = 6;

    /// <summary>Next completion to write, and its phase in bit 31; read-only.</summary>
    internal const int CompletionTail = 7;

    /// <summary>What was written to the doorbell; reads as zero.</summary>
    internal const int SubmissionTail = Count;

    /// <summary>SQ1TDBL.</summary>
    internal const ulong SubmissionDoorbell = 0x1000;
}
