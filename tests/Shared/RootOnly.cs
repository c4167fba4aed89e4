namespace VfioMigration.Testing;

/// <summary>Why a test is skipped for an ordinary user.</summary>
internal static class RootOnly
{
    /// <summary>What the reasons of such skips begin with; tests/run lets no other skip pass.</summary>
    private const string Prefix = "needs root: ";

    /// <summary>Null for root.</summary>
    internal static string? SkipReason(string reason) => Environment.IsPrivilegedProcess ? null : Prefix + reason;
}
