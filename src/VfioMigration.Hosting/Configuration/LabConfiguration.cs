using System.Reflection;

using Microsoft.Extensions.Configuration;

namespace VfioMigration.Hosting.Configuration;

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
        var builder = new ConfigurationBuilder();
        if (file is null)
        {
            builder.AddJsonStream(Assembly.GetExecutingAssembly().GetManifestResourceStream("DefaultLab.json")!);
        }
        else
        {
            builder.AddJsonFile(Path.GetFullPath(file), optional: false);
        }

        try
        {
            return builder.AddEnvironmentVariables(EnvironmentPrefix).Build();
        }
        catch (FileNotFoundException)
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
}
