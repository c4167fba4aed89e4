using VfioMigration.Control;

namespace VfioMigration.Daemon.Migration;

/// <summary>Settings of incoming and outgoing migrations.</summary>
/// <param name="Listen">Endpoints for incoming migrations, besides the control socket.</param>
/// <param name="Tls">For TCP; null for none, then only the loopback interface is used.</param>
public sealed record MigrationSettings(IReadOnlyList<MigrationEndpoint> Listen, TlsFiles? Tls)
{
    /// <summary>Adds a message to <paramref name="problems"/> for everything that cannot be used.</summary>
    /// <param name="listen">Endpoints; null for none.</param>
    /// <param name="tlsFiles">PEM files; null for none.</param>
    /// <param name="problems">Gets the sentences.</param>
    internal static MigrationSettings Read(
        IReadOnlyList<string>? listen, (string Certificate, string Key, string Authority)? tlsFiles, List<string> problems)
    {
        TlsFiles? tls = null;
        if (tlsFiles is { } files)
        {
            tls = TlsFiles.Load(files.Certificate, files.Key, files.Authority, out string? problem);
            problems.AddRange(problem is null ? [] : [problem]);
        }

        var endpoints = new List<MigrationEndpoint>();
        foreach (string text in listen ?? [])
        {
            MigrationEndpoint? endpoint = MigrationEndpoint.Parse(text, out string? problem);
            problem ??= endpoint!.IsLocal || tls is not null ? null
                : $"--listen {text}: reachable from other machines, which requires --tls-cert, --tls-key and --tls-ca";
            if (problem is null)
            {
                endpoints.Add(endpoint!);
            }
            else
            {
                problems.Add(problem);
            }
        }

        return new MigrationSettings(endpoints, tls);
    }
}
