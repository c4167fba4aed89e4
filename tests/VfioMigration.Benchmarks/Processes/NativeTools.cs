using System.Globalization;

namespace VfioMigration.Benchmarks.Processes;

/// <summary>The C programs beside this one, compiled.</summary>
/// <param name="Reference">Server on libfuse.</param>
/// <param name="FuseLoad">Load on the reference's tree.</param>
/// <param name="AttributeLoad">Load on one file.</param>
/// <param name="FirstRead">Time until a server serves.</param>
internal sealed record NativeTools(string Reference, string FuseLoad, string AttributeLoad, string FirstRead)
{
    /// <summary>Needs gcc and the headers of libfuse 3.</summary>
    internal static NativeTools Compile(Workspace workspace)
    {
        string[] fuse = ChildProcess.Output("pkg-config", "--cflags", "--libs", "fuse3").Split(' ');
        return new NativeTools(
            CompileOne(workspace, "fuse_reference", fuse),
            CompileOne(workspace, "fuse_load", "-lpthread"),
            CompileOne(workspace, "attribute_load", "-lpthread"),
            CompileOne(workspace, "first_read"));
    }

    /// <summary>
    /// Nanoseconds per operation on the tree of a server. The generator runs inside the directory, so that both servers are reached
    /// by paths of the same depth.
    /// </summary>
    internal double RunFuseLoad(MountedServer server, int core, string operation, int clients, int milliseconds) =>
        Fields(server.LoadDirectory, "taskset", "-c", $"{core}", FuseLoad, operation, ".", $"{clients}", $"{milliseconds}")[0];

    /// <summary>Nanoseconds per operation on one file, by its name in <paramref name="directory"/>.</summary>
    internal double RunAttributeLoad(string directory, int core, string operation, string file, int clients, string limit, string text = "") =>
        Fields(directory, "taskset", "-c", $"{core}", AttributeLoad, operation, file, $"{clients}", limit, text)[0];

    /// <summary>Lists a directory and stats every entry.</summary>
    internal (double NanosecondsPerEntry, long Entries) List(string directory)
    {
        double[] fields = Fields(null, AttributeLoad, "list", directory);
        return (fields[0], (long)fields[1]);
    }

    /// <summary>Nanoseconds from exec to the first successful read.</summary>
    internal double MeasureFirstRead(string file, params IReadOnlyList<string> command) => Fields(null, FirstRead, [file, .. command])[0];

    private static double[] Fields(string? directory, string program, params IReadOnlyList<string> arguments) =>
        [.. ChildProcess.OutputIn(directory, program, arguments).Split(' ').Select(field => double.Parse(field, CultureInfo.InvariantCulture))];

    private static string CompileOne(Workspace workspace, string name, params IReadOnlyList<string> flags)
    {
        string output = workspace.PathOf(name);
        ChildProcess.Output("gcc", ["-O2", "-o", output, Path.Combine(AppContext.BaseDirectory, "native", $"{name}.c"), .. flags]);
        return output;
    }
}
