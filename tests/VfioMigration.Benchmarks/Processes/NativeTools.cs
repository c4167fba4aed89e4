using System.Globalization;

namespace VfioMigration.Benchmarks.Processes;

/// <summary>The C programs beside this one, compiled.</summary>
/// <param name="Reference">Server on libfuse.</param>
/// <param name="FuseLoad">Load on the reference's tree.</param>
/// <param name="AttributeLoad">Load on one file.</param>
/// <param name="FirstRead">Time until a server serves.</param>
/// <param name="DirtyBitmap">Atomic bitmaps.</param>
/// <param name="VfioDoor">Calls on a device below /dev/vfio.</param>
internal sealed record NativeTools(string Reference, string FuseLoad, string AttributeLoad, string FirstRead, string DirtyBitmap, string VfioDoor)
{
    /// <summary>Needs gcc and the headers of libfuse 3.</summary>
    internal static NativeTools Compile(Workspace workspace)
    {
        string[] fuse = BenchmarkProcess.Output("pkg-config", "--cflags", "--libs", "fuse3").Split(' ');
        return new NativeTools(
            CompileOne(workspace, "fuse_reference", fuse),
            CompileOne(workspace, "fuse_load", "-lpthread"),
            CompileOne(workspace, "attribute_load", "-lpthread"),
            CompileOne(workspace, "first_read"),
            CompileOne(workspace, "dirty_bitmap", "-O3", "-march=native", "-pthread"),
            CompileOne(workspace, "vfio_door"));
    }

    /// <summary>
    /// What an operation on the tree of a server costs. The generator runs inside the directory, so that both servers are reached
    /// by paths of the same depth.
    /// </summary>
    internal OperationCost RunFuseLoad(MountedServer server, int core, string operation, int clients, int milliseconds) =>
        Cost(Fields(server.LoadDirectory, "taskset", "-c", $"{core}", FuseLoad, operation, ".", $"{clients}", $"{milliseconds}", $"{server.ProcessId}"));

    /// <summary>What an operation on one file costs.</summary>
    internal OperationCost RunAttributeLoad(MountedServer server, int core, AttributeOperation operation, int clients, string limit) =>
        Cost(Fields(
            operation.Directory,
            "taskset",
            "-c",
            $"{core}",
            AttributeLoad,
            operation.Verb,
            operation.File,
            $"{clients}",
            limit,
            $"{server.ProcessId}",
            operation.Text));

    /// <summary>Lists a directory and stats every entry.</summary>
    internal (double NanosecondsPerEntry, long Entries) List(string directory)
    {
        double[] fields = Fields(null, AttributeLoad, "list", directory);
        return (fields[0], (long)fields[1]);
    }

    /// <summary>Nanoseconds from exec to the first successful read.</summary>
    internal double MeasureFirstRead(string file, params IReadOnlyList<string> command) => Fields(null, FirstRead, [file, .. command])[0];

    /// <summary>The numbers that the program prints.</summary>
    internal double[] RunDirtyBitmap(IReadOnlyList<string> arguments) => Fields(null, DirtyBitmap, arguments);

    /// <summary>Makes a device on a host of its own and opens it there; the numbers that the program prints.</summary>
    internal double[] RunVfioDoor(string program, string configuration, int rounds)
    {
        const string Device = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";
        string script =
            $"echo {Device} > $(ls -d /sys/class/mdev_bus/mbochs/mdev_supported_types/mbochs-*/create | head -n 1); "
            + $"exec {VfioDoor} {Device} $(basename $(readlink /sys/bus/mdev/devices/{Device}/iommu_group)) {rounds}";
        return Fields(null, "taskset", "-c", "0", program, "run", "--config", configuration, "--", "sh", "-c", script);
    }

    private static OperationCost Cost(double[] fields) => new(fields[0] / 1000, fields[1] / 1000);

    private static double[] Fields(string? directory, string program, params IReadOnlyList<string> arguments) =>
        [.. BenchmarkProcess.OutputIn(directory, program, arguments).Split(' ').Select(field => double.Parse(field, CultureInfo.InvariantCulture))];

    private static string CompileOne(Workspace workspace, string name, params IReadOnlyList<string> flags)
    {
        string output = workspace.PathOf(name);
        BenchmarkProcess.Output("gcc", ["-O2", "-o", output, Path.Combine(AppContext.BaseDirectory, "native", $"{name}.c"), .. flags]);
        return output;
    }
}
