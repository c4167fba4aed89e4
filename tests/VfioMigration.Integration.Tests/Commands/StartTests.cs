using System.Text.RegularExpressions;

using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Commands;

/// <summary>What a start costs is mostly what it loads. Times differ from machine to machine, assemblies do not.</summary>
public sealed partial class StartTests
{
    /// <summary>Parts of names of what other commands, other configurations or the first question need.</summary>
    private static readonly string[] Unneeded =
    [
        "Spectre.Console",
        "Microsoft.Extensions.Configuration.Binder",
        "Microsoft.Extensions.DependencyInjection.",
        "Microsoft.Extensions.DependencyModel",
        "Microsoft.Extensions.Diagnostics",
        "Microsoft.Extensions.Hosting.dll",
        "Microsoft.Extensions.Logging.dll",
        "Microsoft.Extensions.Options",
        "Serilog.Settings.Configuration",
        "Serilog.Sinks.File",
        "System.ComponentModel.TypeConverter",
        "System.Diagnostics.Process",
        "System.Linq.Expressions",
        "System.Net.Security",
        "System.Private.Xml",
        "System.Reflection.Emit",
        "System.Security.Cryptography",
        "System.Text.RegularExpressions",
        "VfioMigration.Trees",
    ];

    [RootFact("a mount by mount(2); fusermount3 is started with more of the runtime")]
    public void Up_OfTheDefaultLab_HasLoadedOnlyWhatItNeeds()
    {
        using var lab = new RunningLab();
        string[] loaded = [.. Assembly().Matches(File.ReadAllText($"/proc/{lab.ProcessId}/maps")).Select(match => match.Value).Distinct()];

        Assert.Contains("VfioMigration.Daemon.dll", loaded);
        Assert.DoesNotContain(loaded, name => Unneeded.Any(part => name.StartsWith(part, StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"[^/\n]+\.dll$", RegexOptions.Multiline)]
    private static partial Regex Assembly();
}
