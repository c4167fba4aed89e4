using System.Reflection;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.FileProviders.Physical;

namespace VfioMigration.Lab.Configuration;

/// <summary>Where a lab's configuration comes from: a file or the built-in default, then the environment.</summary>
public static class LabConfiguration
{
    /// <summary>Environment variables of this prefix override keys, with <c>__</c> between the parts.</summary>
    public const string EnvironmentPrefix = "VFIOMIG_LAB_";

    /// <param name="file">A JSON file (comments allowed); null takes the default lab.</param>
    /// <param name="problem">What is wrong with the file itself, when the result is null.</param>
    public static IConfigurationRoot? Load(string? file, out string? problem)
    {
        problem = null;
        try
        {
            var builder = new ConfigurationBuilder();
            _ = file is null
                ? builder.AddJsonStream(Assembly.GetExecutingAssembly().GetManifestResourceStream("DefaultLab.json")!)
                : AddFile(builder, Path.GetFullPath(file));
            return builder.AddEnvironmentVariables(EnvironmentPrefix).Build();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = $"{file}: no such file";
        }
        catch (InvalidDataException error)
        {
            problem = $"{file}: not valid JSON: {error.InnerException?.Message ?? error.Message}";
        }
        catch (IOException error)
        {
            problem = $"{file}: {error.Message}";
        }
        catch (UnauthorizedAccessException)
        {
            problem = $"{file}: permission denied";
        }

        return null;
    }

    /// <summary>With a provider of its own: the default one does not see files whose name begins with a dot.</summary>
    private static IConfigurationBuilder AddFile(ConfigurationBuilder builder, string path) => builder.AddJsonFile(
        new PhysicalFileProvider(Path.GetDirectoryName(path)!, ExclusionFilters.None),
        Path.GetFileName(path),
        optional: false,
        reloadOnChange: false);
}
