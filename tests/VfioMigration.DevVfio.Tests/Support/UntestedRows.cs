namespace VfioMigration.DevVfio.Tests.Support;

/// <summary>Rows that no test compares with the table, and why.</summary>
internal static class UntestedRows
{
    private const string CopiedByTheKernel = "the kernel copies between a request of FUSE and the caller, and answers EFAULT before or after the mount is asked";

    /// <summary>What is not decided in this process.</summary>
    internal static IReadOnlyDictionary<int, string> NotInMemory { get; } = new Dictionary<int, string>
    {
        [256] = CopiedByTheKernel,
        [334] = CopiedByTheKernel,
        [352] = "the sample would crash its kernel, so it was not asked",
    };

    /// <summary>Where the program answers otherwise.</summary>
    internal static IReadOnlyDictionary<int, string> Different { get; } = new Dictionary<int, string>
    {
        [448] = "no mapping is offered (see RegionInfo_OfTheMemoryOfMdpy_OffersNoMapping)",
    };
}
