/// <summary>
/// Runs in a vfiomig that was started with DOTNET_STARTUP_HOOKS naming this assembly, and writes at its end which assemblies it has loaded. The runtime looks
/// for a type of this name outside every namespace.
/// </summary>
internal static class StartupHook
{
    /// <summary>Names the file.</summary>
    internal const string Variable = "VFIOMIG_TEST_ASSEMBLIES";

    public static void Initialize()
    {
        string file = Environment.GetEnvironmentVariable(Variable)!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
            File.WriteAllLines(file, AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetName().Name!));
    }
}
