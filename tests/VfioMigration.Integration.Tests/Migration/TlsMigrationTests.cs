using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Migration;

/// <summary>TCP with certificates on both sides.</summary>
public sealed class TlsMigrationTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vfiomig-tls-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void CertificatesOfOneAuthority_CarryAMigration()
    {
        using X509Certificate2 authority = MakeAuthority("ca");
        string[] source = Issue(authority, "ca", "source");
        string[] target = Issue(authority, "ca", "target");

        (int status, string errors) = Migrate(source, target);

        Assert.True(status == 0, errors);
    }

    [Fact]
    public void CertificateOfAnotherAuthority_IsRefused()
    {
        using X509Certificate2 authority = MakeAuthority("ca");
        using X509Certificate2 stranger = MakeAuthority("stranger");
        string[] source = Issue(stranger, "ca", "source");
        string[] target = Issue(authority, "ca", "target");

        (int status, string errors) = Migrate(source, target);

        Assert.Equal(1, status);
        Assert.Contains("TLS: ", errors, StringComparison.Ordinal);
        Assert.Contains("the guest keeps running on the source", errors, StringComparison.Ordinal);
    }

    /// <summary>The source trusts another authority than that of the target's certificate.</summary>
    [Fact]
    public void TargetOfAnotherAuthority_IsRefused()
    {
        using X509Certificate2 authority = MakeAuthority("ca");
        using X509Certificate2 stranger = MakeAuthority("stranger");
        string[] source = Issue(authority, "stranger", "source");
        string[] target = Issue(authority, "ca", "target");

        (int status, string errors) = Migrate(source, target);

        Assert.Equal(1, status);
        Assert.Contains("TLS: ", errors, StringComparison.Ordinal);
    }

    /// <summary>A certificate that is for certain purposes must be for this one.</summary>
    [Theory]
    [InlineData("1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1", 0)]
    [InlineData("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.1", 1)]
    [InlineData("1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.2", 1)]
    public void CertificateForAnotherPurpose_IsRefused(string clientPurpose, string serverPurpose, int expected)
    {
        using X509Certificate2 authority = MakeAuthority("ca");

        (int status, string errors) = Migrate(Issue(authority, "ca", "source", clientPurpose), Issue(authority, "ca", "target", serverPurpose));

        Assert.True(status == expected, errors);
        Assert.Equal(expected != 0, errors.Contains("TLS: ", StringComparison.Ordinal));
    }

    /// <summary>They take no slot from those who prove who they are.</summary>
    [Fact]
    public void SilentConnections_LockNobodyOut()
    {
        using X509Certificate2 authority = MakeAuthority("ca");
        var silent = new List<System.Net.Sockets.TcpClient>();

        (int status, string errors) = Migrate(Issue(authority, "ca", "source"), Issue(authority, "ca", "target"), port =>
        {
            for (int i = 0; i < 100; i++)
            {
                silent.Add(new System.Net.Sockets.TcpClient("127.0.0.1", port));
            }
        });

        silent.ForEach(static client => client.Dispose());
        Assert.True(status == 0, errors);
    }

    [RootFact("a second user")]
    public void AnotherUserWithoutTls_IsRefused()
    {
        const string Nic = MigrationLab.Nic;
        int port = MigrationBetweenProcessesTests.FreePort();
        using var target = new RunningLab(MigrationLab.Of("b"), null, null, "--listen", $"tcp:127.0.0.1:{port}");
        string script = $"import socket; c = socket.create_connection((\"127.0.0.1\", {port})); c.sendall(b\"vfiomigrate\"); print(c.recv(1))";

        (_, string output, string errors) = Program.Bash($"{Program.AsOrdinaryUser} /usr/bin/python3 -c '{script}'");

        Assert.True(output == "b''\n" || errors.Contains("reset", StringComparison.OrdinalIgnoreCase), output + errors);
        Assert.Equal("none", MigrationLab.Status(target, $"b/{Nic}"));
        Assert.Contains("a client of user 65534; other users need TLS", target.Stop(VfioMigration.Posix.ProcessImage.SIGTERM).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void SourceWithoutTls_IsRefused()
    {
        using X509Certificate2 authority = MakeAuthority("ca");

        (int status, string errors) = Migrate([], Issue(authority, "ca", "target"));

        Assert.Equal(1, status);
        Assert.Contains("the guest keeps running on the source", errors, StringComparison.Ordinal);
    }

    private static (int Status, string Errors) Migrate(string[] sourceFiles, string[] targetFiles, Action<int>? before = null)
    {
        const string Nic = MigrationLab.Nic;
        int port = MigrationBetweenProcessesTests.FreePort();
        using var source = new RunningLab(MigrationLab.Of("a"), null, null, sourceFiles);
        using var target = new RunningLab(MigrationLab.Of("b"), null, source, [.. targetFiles, "--listen", $"tcp:127.0.0.1:{port}"]);
        MigrationLab.Run(source, "guest", "start", $"a/{Nic}", "memory=4");
        before?.Invoke(port);
        (int status, _, string errors) = source.Command("migrate", $"a/{Nic}", $"tcp:127.0.0.1:{port}/b/{Nic}");
        Assert.Equal(status == 0 ? ("none", "running") : ("running", "none"), (MigrationLab.Status(source, $"a/{Nic}"), MigrationLab.Status(target, $"b/{Nic}")));
        return (status, errors);
    }

    private X509Certificate2 MakeAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(folder, name + ".pem"), made.ExportCertificatePem());
        return made;
    }

    /// <summary>Options of <c>up</c> for a certificate of 127.0.0.1.</summary>
    private string[] Issue(X509Certificate2 authority, string trusted, string name, string? purpose = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        if (purpose is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        }

        using X509Certificate2 issued = request.Create(authority, authority.NotBefore, authority.NotAfter, Guid.NewGuid().ToByteArray());
        string certificate = Path.Combine(folder, name + ".pem");
        string keyFile = Path.Combine(folder, name + ".key");
        File.WriteAllText(certificate, issued.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return ["--tls-cert", certificate, "--tls-key", keyFile, "--tls-ca", Path.Combine(folder, trusted + ".pem")];
    }
}
