using System.Reflection;
using System.Runtime.Loader;

namespace VfioMigration.Lab.Drivers;

/// <summary>
/// One loaded driver of one host. Assemblies that the program has, the SDK among them, are shared with it; everything else comes from
/// the driver's folder, so two drivers may bring different versions of a library. Files are read, not mapped, so a driver can be
/// replaced on disk while it is loaded.
/// </summary>
internal sealed class DriverLoadContext(string name, string assemblyPath, Action<string> report) : AssemblyLoadContext(name, isCollectible: true)
{
    private readonly AssemblyDependencyResolver resolver = new(assemblyPath);

    internal Assembly LoadDriver() => LoadCopy(assemblyPath);

    /// <summary>A line in the kernel log of the host, in the driver's name.</summary>
    internal void Report(string text) => report(text);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (IsShared(assemblyName))
        {
            return null;
        }

        return resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadCopy(path) : null;
    }

    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName) =>
        resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : IntPtr.Zero;

    private Assembly LoadCopy(string path)
    {
        using var code = new MemoryStream(File.ReadAllBytes(path));
        string symbolsPath = Path.ChangeExtension(path, ".pdb");
        using MemoryStream? symbols = File.Exists(symbolsPath) ? new MemoryStream(File.ReadAllBytes(symbolsPath)) : null;
        return LoadFromStream(code, symbols);
    }

    private static bool IsShared(AssemblyName assemblyName)
    {
        try
        {
            return Default.LoadFromAssemblyName(assemblyName) is not null;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
