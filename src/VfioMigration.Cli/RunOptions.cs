namespace VfioMigration.Cli;

/// <summary>What <c>run</c> was asked for besides the host and the command.</summary>
/// <param name="HasPrivateNetwork">In a network namespace of its own.</param>
/// <param name="ShowsKvm">/dev/kvm is shown although the processor has no virtualization.</param>
/// <param name="ShowsCharacterDevices">fstat(2) says of the nodes of /dev/vfio that they are character devices.</param>
/// <param name="Root">The folder that becomes the command's root; null leaves the machine's.</param>
internal sealed record RunOptions(bool HasPrivateNetwork, bool ShowsKvm, bool ShowsCharacterDevices, string? Root)
{
    private const string Network = "net";
    private const string Kvm = "kvm";
    private const string CharacterDevices = "chardev";

    /// <summary>As one word, for the inner half.</summary>
    internal string Flags =>
        string.Join(',', ((string?[])[HasPrivateNetwork ? Network : null, ShowsKvm ? Kvm : null, ShowsCharacterDevices ? CharacterDevices : null]).OfType<string>());

    internal static RunOptions Parse(string flags, string root)
    {
        string[] words = flags.Split(',');
        return new RunOptions(words.Contains(Network), words.Contains(Kvm), words.Contains(CharacterDevices), root.Length == 0 ? null : root);
    }
}
