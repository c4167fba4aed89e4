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
            problem = Describe(file!, error);
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

    /// <summary>With line and column, from 1, of a syntax error; the parser's own numbers, from 0, end its message.</summary>
    private static string Describe(string file, Exception error)
    {
        Exception cause = error.GetBaseException();
        return cause is JsonException { LineNumber: { } line, BytePositionInLine: { } column }
            ? $"{file}:{line + 1}:{column + 1}: not valid JSON: {cause.Message.Split(" LineNumber:")[0]}"
            : $"{file}: not valid JSON: {cause.Message}";
    }

    /// <summary>With a provider of its own: the default one does not see files whose name begins with a dot.</summary>
    private static IConfigurationBuilder AddFile(ConfigurationBuilder builder, string path) => builder.AddJsonFile(
        new PhysicalFileProvider(Path.GetDirectoryName(path)!, ExclusionFilters.None),
        Path.GetFileName(path),
        optional: false,
        reloadOnChange: false);
}
