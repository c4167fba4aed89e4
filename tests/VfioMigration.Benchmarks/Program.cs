using VfioMigration.Benchmarks;
using VfioMigration.Benchmarks.Measurements;
using VfioMigration.Benchmarks.Processes;
using VfioMigration.Benchmarks.Serving;

if (args is ["serve", { } directory])
{
    return await ServeMode.Run(directory);
}

if (BenchmarkOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(BenchmarkOptions.Usage);
    return 2;
}

using var workspace = new Workspace();
try
{
    var report = new Report(options.OutputFile);
    report.Heading(MachineDescription.Lines());
    var tools = NativeTools.Compile(workspace);
    foreach (string name in options.Measurements)
    {
        IMeasurement measurement = name switch
        {
            "fuse" => new FuseMeasurement(workspace, tools, options),
            "scale" => new ScaleMeasurement(workspace, tools),
            "start" => new StartMeasurement(workspace, tools),
            "dirty" => new DirtyMeasurement(tools, options),
            "stream" => new StreamMeasurement(tools, workspace, options),
            "plan" => new PlanMeasurement(options),
            _ => new MemoryMeasurement(workspace, tools),
        };
        measurement.Run(report);
    }

    return 0;
}
catch (BenchmarkException problem)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
