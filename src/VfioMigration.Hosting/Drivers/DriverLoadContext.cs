using System.Reflection;
using System.Runtime.Loader;

namespace VfioMigration.Hosting.Drivers;

/// <summary>
/// One loaded driver of one host. Assemblies that the program has, the SDK among them, are shared with it; everything else comes from
/// the driver's folder, so two drivers may bring different versions of a library.
/// </summary>
internal sealed class DriverLoadContext(string name, string assemblyPath) : AssemblyLoadContext(name, isCollectible: true)
{
    private readonly AssemblyDependencyResolver resolver = new(assemblyPath);

    internal Assembly LoadDriver() => LoadFromAssemblyPath(assemblyPath);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (IsShared(assemblyName))
        {
            return null;
        }

        return resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
    }

    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName) =>
        resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : IntPtr.Zero;

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
