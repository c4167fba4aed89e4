using VfioMigration.Benchmarks;
using VfioMigration.Benchmarks.Measurements;
using VfioMigration.Benchmarks.Processes;
using VfioMigration.Benchmarks.Ratios;
using VfioMigration.Benchmarks.Serving;

if (args is ["serve", { } directory])
{
    return await ServeMode.Run(directory);
}

if (args is ["compare", { } old, { } now])
{
    return CompareMode.Run(old, now, Console.Out, Console.Error);
}

if (BenchmarkOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(BenchmarkOptions.Usage);
    return 2;
}

using var workspace = new Workspace();
try
{
    var report = new Report(options.OutputFile, options.IsJson);
    report.Heading(MachineDescription.Lines());
    var tools = NativeTools.Compile(workspace);
    foreach (string name in options.Measurements)
    {
        IMeasurement measurement = name switch
        {
            "fuse" => new FuseMeasurement(workspace, tools, options),
            "scale" => new ScaleMeasurement(workspace, tools, options),
            "start" => new StartMeasurement(workspace, tools, options),
            "dirty" => new DirtyMeasurement(tools, options),
            "stream" => new StreamMeasurement(tools, workspace, options),
            "plan" => new PlanMeasurement(options),
            "door" => new DoorMeasurement(tools, workspace, options),
            _ => new MemoryMeasurement(workspace, tools),
        };
        measurement.Run(report);
    }

    if (options.IsJson)
    {
        Console.WriteLine(new RatioFile(MachineDescription.Made(args), report.Ratios).ToJson());
    }

    return 0;
}
catch (BenchmarkException problem)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
