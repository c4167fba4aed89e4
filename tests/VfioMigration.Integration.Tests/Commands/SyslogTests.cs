using System.Net.Sockets;
using System.Text;

using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Commands;

/// <summary>Refusals reach syslog(3); the test is the syslog daemon, in a mount namespace with a /dev of its own.</summary>
public sealed class SyslogTests
{
    [RootFact("the socket /dev/log")]
    public void RefusedWrite_IsInSyslogWithItsReason()
    {
        string folder = Directory.CreateTempSubdirectory("vfiomig-syslog-").FullName;
        using var daemon = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 30_000 };
        daemon.Bind(new UnixDomainSocketEndPoint($"{folder}/log"));
        (int status, _, string errors) = Program.Bash($$"""
            unshare --mount bash -ec '
            mount -t tmpfs none /dev; mknod -m 666 /dev/null c 1 3; mknod -m 666 /dev/urandom c 1 9; mknod /dev/fuse c 10 229; touch /dev/log; mount --bind {{folder}}/log /dev/log
            export VFIOMIG_RUNTIME_DIR={{folder}}/run
            exec {{Program.Path}} run -- bash -c "echo 100%snonsense > /sys/class/mdev_bus/0000:00:02.0/mdev_supported_types/i915-GVTg_V5_4/migration_version"'
            """);
        Assert.Equal(1, status);
        byte[] message = new byte[8192];
        string text = Encoding.UTF8.GetString(message, 0, daemon.Receive(message));
        Directory.Delete(folder, recursive: true);
        Assert.True(text.StartsWith("<27>", StringComparison.Ordinal), $"{text} {errors}");
        Assert.Contains("vfiomig[", text, StringComparison.Ordinal);
        Assert.Contains("refused with EINVAL: i915: not a string of the form", text, StringComparison.Ordinal);
        Assert.Contains("remote \"100%snonsense\"", text, StringComparison.Ordinal);
    }
}
