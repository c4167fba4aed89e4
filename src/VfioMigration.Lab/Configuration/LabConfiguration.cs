using System.Reflection;
using System.Text.Json;

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
        problem = Directory.Exists(file) ? $"{file}: a directory, not a file" : null;
        if (problem is not null)
        {
            return null;
        }

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
            problem = $"{file}{PlaceOf(error)}: not valid JSON";
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

    /// <summary><c>:LINE:COLUMN</c> of a syntax error, from 1; nothing when it is not known.</summary>
    private static string PlaceOf(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is JsonException { LineNumber: { } line, BytePositionInLine: { } column })
            {
                return $":{line + 1}:{column + 1}";
            }
        }

        return "";
    }

    /// <summary>With a provider of its own: the default one does not see files whose name begins with a dot.</summary>
    private static IConfigurationBuilder AddFile(ConfigurationBuilder builder, string path) => builder.AddJsonFile(
        new PhysicalFileProvider(Path.GetDirectoryName(path)!, ExclusionFilters.None),
        Path.GetFileName(path),
        optional: false,
        reloadOnChange: false);
}
