using System.Diagnostics;

using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Guests;

/// <summary>A kernel of Debian for guests: downloaded and unpacked, never installed.</summary>
internal static class KernelPackage
{
    private const string SharedCache = "/var/cache/vfiomig-tests";

    /// <summary>Reached by a defect, or by a line slower than 100 KiB/s.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The folder of the unpacked package that the metapackage linux-image-FLAVOUR depends on. It is prepared when there is none yet, below
    /// <c>/var/cache/vfiomig-tests</c>, or below the user's cache when that cannot be written. What is there already is used, whatever its version.
    /// </summary>
    internal static string Find(string flavour)
    {
        string[] places = [SharedCache, UserCache()];
        string[] folders = [.. places.Select(place => Path.Combine(place, $"kernel-{flavour}"))];
        if (folders.FirstOrDefault(Directory.Exists) is { } found)
        {
            return found;
        }

        string writable = places.FirstOrDefault(IsWritable) ?? throw new IOException($"none of {string.Join(", ", places)} can be written");
        string folder = Path.Combine(writable, $"kernel-{flavour}");
        Prepare(writable, folder, $"linux-image-{flavour}");
        return folder;
    }

    private static string UserCache()
    {
        string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        return Path.Combine(
            string.IsNullOrEmpty(cache) ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache") : cache,
            "vfiomig-tests");
    }

    private static bool IsWritable(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            Directory.Delete(Directory.CreateDirectory(Path.Combine(folder, $".{Guid.NewGuid():N}")).FullName);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Unpacks into a folder of its own and renames it: another process sees all or nothing, and the first one wins.</summary>
    private static void Prepare(string place, string folder, string metapackage)
    {
        string work = Directory.CreateDirectory(Path.Combine(place, $".{Guid.NewGuid():N}")).FullName;
        try
        {
            Unpack(work, metapackage);
            Directory.Move(Path.Combine(work, "tree"), folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another process was first.
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static void Unpack(string work, string metapackage)
    {
        const string Script = """
            set -euo pipefail
            cd "$1"
            package=$(apt-cache depends "$2" | sed -n 's/^ *Depends: *\(linux-image-[^ ]*\)$/\1/p')
            apt-get -q download "$package"
            dpkg-deb -x "$package"_*.deb tree
            """;
        using Process process = Program.Start("bash", ["-c", Script, "bash", work, metapackage]);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{metapackage} was not downloaded within {Limit}");
        }

        Assert.True(
            process.ExitCode == 0,
            $"{metapackage} could not be prepared (apt-get update as root?): {errors.GetAwaiter().GetResult()}{output.GetAwaiter().GetResult()}");
    }
}
