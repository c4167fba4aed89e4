namespace VfioMigration.Vendors.Nvme;

/// <summary>Where the data of a function is; empty for its own store.</summary>
internal sealed record RemoteUrl
{
    internal const string Expectation = "at most 200 printable ASCII characters without spaces and backslashes";

    private const int MaxLength = 200;

    private RemoteUrl(string text) => Text = text;

    internal static RemoteUrl None { get; } = new("");

    internal string Text { get; }

    /// <summary>Null for what no URL may contain, or what is too long for the description in the stream.</summary>
    internal static RemoteUrl? Parse(string text) =>
        text.Length > MaxLength || text.Contains('\\') || text.AsSpan().ContainsAnyExceptInRange('!', '~') ? null : new RemoteUrl(text);
}
