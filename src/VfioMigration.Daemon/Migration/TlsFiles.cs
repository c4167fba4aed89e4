using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using VfioMigration.Vmm.Wire;

namespace VfioMigration.Daemon.Migration;

/// <summary>
/// Both ends of a connection prove who they are with a certificate of one authority. The files are PEM.
/// </summary>
/// <param name="Certificate">This process's.</param>
/// <param name="Authority">Whose certificates are trusted; the machine's own are not.</param>
public sealed record TlsFiles(X509Certificate2 Certificate, X509Certificate2 Authority)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>Null with an error message when a file cannot be used.</summary>
    public static TlsFiles? Load(string certificate, string key, string authority, out string? problem)
    {
        try
        {
            problem = null;
            using X509Certificate2 pem = X509Certificate2.CreateFromPemFile(certificate, key);

            // SslStream cannot use the ephemeral key that PEM loading makes on every platform; a PKCS#12 round trip gives one it can.
            X509Certificate2 own = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            return new TlsFiles(own, X509CertificateLoader.LoadCertificateFromFile(authority));
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            problem = $"TLS files {certificate}, {key}, {authority}: {error.Message}";
            return null;
        }
    }

    /// <summary>Throws <see cref="AuthenticationException"/> when the other side is not who it must be.</summary>
    internal async Task<Stream> Accept(Socket client, CancellationToken cancelled)
    {
        var tls = new SslStream(new NetworkStream(client, ownsSocket: true), leaveInnerStreamOpen: false);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificate = Certificate,
            ClientCertificateRequired = true,
            EnabledSslProtocols = SslProtocols.Tls13 | SslProtocols.Tls12,
            RemoteCertificateValidationCallback = (_, remote, _, _) => IsTrusted(remote, ClientAuthentication),
        };
        await tls.AuthenticateAsServerAsync(options, cancelled);
        return new TlsStream(tls, () => client.Shutdown(SocketShutdown.Receive));
    }

    /// <summary>Throws <see cref="AuthenticationException"/> when the other side is not who it must be, the name included.</summary>
    internal Stream Connect(ConnectionStream stream, string name)
    {
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        tls.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = name,
            ClientCertificates = [Certificate],
            EnabledSslProtocols = SslProtocols.Tls13 | SslProtocols.Tls12,
            RemoteCertificateValidationCallback = (_, remote, _, errors) =>
                !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) && IsTrusted(remote, ServerAuthentication),
        });
        return new TlsStream(tls, stream.StopReading);
    }

    /// <summary>Why a connection by TLS was not made, or broke.</summary>
    internal static string Describe(Exception error)
    {
        Exception root = error.GetBaseException();
        return root is SocketException or EndOfStreamException
            ? $"TLS: the other side closed the connection; it may not accept this side's certificate, or not use TLS ({root.Message})"
            : $"TLS: {root.Message}";
    }

    /// <param name="remote">The other side's certificate.</param>
    /// <param name="purpose">What it must be for, if it is for certain purposes only (extended key usage, RFC 5280, 4.2.1.12).</param>
    private bool IsTrusted(X509Certificate? remote, string purpose)
    {
        if (remote is null)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Authority);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(purpose));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(new X509Certificate2(remote));
    }
}
