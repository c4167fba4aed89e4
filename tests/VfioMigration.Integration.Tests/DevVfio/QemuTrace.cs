using System.Text.RegularExpressions;

namespace VfioMigration.Integration.Tests.DevVfio;

/// <summary>What QEMU says of a device's migration while it traces <c>vfio_migration_set_state</c>.</summary>
internal static partial class QemuTrace
{
    /// <summary>Of the command line.</summary>
    internal static IReadOnlyList<string> Words { get; } = ["-trace", "vfio_migration_set_state"];

    /// <summary>The states that QEMU has set, in order. It fails when QEMU has printed what it does not print of the kernel's mtty.</summary>
    internal static string States(string printed)
    {
        string[] lines = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.DoesNotContain(lines, line => !State().IsMatch(line) && !Expected().IsMatch(line));
        return string.Join(' ', lines.Select(line => State().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value));
    }

    [GeneratedRegex(@"^vfio_migration_set_state +\([^)]*\) (?:new )?state (\w+)")]
    private static partial Regex State();

    /// <summary>Linux has this line in Documentation/driver-api/vfio-mediated-device.rst: mtty does not say that it can be reset. The other one is of QEMU 11 about the words for its monitor.</summary>
    [GeneratedRegex("Cannot reset device [-0-9a-zA-Z_]+, no available reset mechanism|-mon chardev=qmp,mode=control: warning: '-mon' is deprecated")]
    private static partial Regex Expected();
}
