using System.Diagnostics;

using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.DevVfio;

/// <summary>A root folder of Debian 13 with newer clients of VFIO than this machine has; tests/roots says what is in it. Root prepares it, once.</summary>
internal static class Debian13
{
    private const string Name = "debian13";

    /// <summary>Reached by a defect, or by a slow mirror.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);

    private static readonly string Place = Path.Combine("/var/cache/vfiomig-tests", Name);
    private static readonly Lazy<string> Prepared = new(Prepare);

    /// <summary>Whether this user can prepare it or need not.</summary>
    internal static bool IsAvailable => Environment.IsPrivilegedProcess || Directory.Exists(Place);

    /// <summary>The folder, which is prepared when it is not there.</summary>
    internal static string Root => Prepared.Value;

    /// <summary>A command in it, which sees /dev, /sys and /tmp of whoever starts it.</summary>
    internal static string[] Words(params string[] command) => [Path.Combine(Repository.Root, "tests/roots/enter"), Root, .. command];

    private static string Prepare()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return Place;
        }

        using Process process = Program.Start(Path.Combine(Repository.Root, "tests/roots/prepare-debian13"), [Place]);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{Place} was not prepared within {Limit}");
        }

        Assert.True(process.ExitCode == 0, $"{Place} could not be prepared: {errors.GetAwaiter().GetResult()}{output.GetAwaiter().GetResult()}");
        return Place;
    }
}
