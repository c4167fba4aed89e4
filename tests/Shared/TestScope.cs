namespace VfioMigration.Testing;

/// <summary>How much of what takes long is tested.</summary>
internal static class TestScope
{
    /// <summary>True in <c>tests/run --all</c>, which is what CI runs.</summary>
    internal static bool IsAll => Environment.GetEnvironmentVariable("VFIOMIG_TESTS") == "all";
}
