using System.Collections.Concurrent;

using VfioMigration.Sdk;
using VfioMigration.Sysfs;

namespace VfioMigration.Lab.Drivers;

/// <summary>
/// The drivers folder: each folder in it is a driver named like the folder, whose main assembly is the one with a
/// <c>.deps.json</c> beside it (or the only one).
/// </summary>
public sealed class DriverCatalogue
{
    private readonly ConcurrentDictionary<string, string> assemblies = new();

    /// <param name="folder">The drivers folder; null takes <c>drivers</c> beside the program.</param>
    /// <param name="problems">Gets one message per folder that holds no usable driver.</param>
    public DriverCatalogue(string? folder, List<string> problems)
    {
        Folder = Path.GetFullPath(folder ?? Path.Combine(AppContext.BaseDirectory, "drivers"));
        Scan(problems);
    }

    /// <summary>The driver that runs a program; a configuration names it by its <c>program</c> key only.</summary>
    public const string External = "external";

    public string Folder { get; }

    /// <summary>Names of the drivers, sorted; <see cref="External"/> has none of its own.</summary>
    public IReadOnlyCollection<string> Names => [.. assemblies.Keys.Where(static name => name != External).Order(StringComparer.Ordinal)];

    /// <summary>Looks for drivers that were put into the folder since the last look.</summary>
    public void Scan(List<string> problems)
    {
        if (!Directory.Exists(Folder))
        {
            problems.Add($"drivers_path: {Folder}: no such folder");
            return;
        }

        foreach (string driver in Directory.EnumerateDirectories(Folder))
        {
            string[] candidates = MainAssemblies(driver);
            if (candidates.Length == 1)
            {
                assemblies[Path.GetFileName(driver)] = candidates[0];
            }
            else
            {
                problems.Add($"drivers_path: {driver}: {candidates.Length} candidate assemblies; exactly one must have a .deps.json");
            }
        }
    }

    /// <summary>
    /// Loads a driver into a context of its own and makes its module for one host. Null with an error message when the assembly is not a
    /// driver. The caller unloads the context when the module is unloaded.
    /// </summary>
    /// <param name="name">The folder of the driver.</param>
    /// <param name="context">Given to its constructor; the module must have the name that it reports.</param>
    /// <param name="problem">The error message.</param>
    internal (VendorModule Module, DriverLoadContext LoadContext)? Create(string name, VendorContext context, out string? problem)
    {
        problem = null;
        if (!assemblies.TryGetValue(name, out string? path))
        {
            problem = $"no driver '{name}' in {Folder}; available: {string.Join(", ", Names)}";
            return null;
        }

        DriverLoadContext? loadContext = null;
        try
        {
            loadContext = new DriverLoadContext(name, path, Report);
            Type[] types = [.. loadContext.LoadDriver().GetExportedTypes().Where(type => type.IsSubclassOf(typeof(VendorModule)) && !type.IsAbstract)];
            if (types.Length != 1 || types[0].GetConstructor([typeof(VendorContext)]) is not { } constructor)
            {
                problem = $"{path}: exactly one public class must derive from VendorModule and have a constructor (VendorContext); found {types.Length}";
            }
            else
            {
                (VendorModule? module, string? own, problem) = GuardedModuleMaker.Make(constructor, context, Report);
                if (module is not null && own == context.Name)
                {
                    return (module, loadContext);
                }

                problem = $"{path}: {problem ?? $"the driver calls itself '{own}', its folder '{context.Name}'; they must agree"}";
            }
        }
        catch (Exception error) when (error is BadImageFormatException or IOException or TypeLoadException or InvalidOperationException)
        {
            problem = $"{path}: cannot be loaded: {error.Message}";
        }

        loadContext?.Unload();
        return null;

        void Report(string text) => context.Core.Log.Write(LogLevels.Error, $"{context.Name}: {text}");
    }

    private static string[] MainAssemblies(string folder)
    {
        string[] all = Directory.GetFiles(folder, "*.dll");
        string[] described = [.. all.Where(path => File.Exists(Path.ChangeExtension(path, ".deps.json")))];
        return described.Length > 0 ? described : all;
    }
}
