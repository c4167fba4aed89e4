using VfioMigration.Daemon;
using VfioMigration.Lab;

namespace VfioMigration.Benchmarks.Serving;

/// <summary>
/// The server under test: the default lab as <c>vfiomig up</c> serves it, with the load generator's tree and a driver without limits
/// in it. Ends when its standard input ends, so that it does not outlive the program that started it.
/// </summary>
internal static class ServeMode
{
    internal static async Task<int> Run(string directory)
    {
        if (LabApplication.TryCreate(new LabApplicationOptions(), out IReadOnlyList<string> problems) is not { } application)
        {
            return Fail(problems);
        }

        await using (application)
        {
            Host host = application.Lab.Hosts[0];
            LoadTree.AddTo(host.Core);
            if (UnlimitedModule.LoadInto(host) is { } problem)
            {
                return Fail([problem]);
            }

            problems = await application.Start(directory);
            if (problems.Count > 0)
            {
                return Fail(problems);
            }

            await Task.WhenAny(application.WaitForEnd(), Console.In.ReadToEndAsync());
        }

        return 0;
    }

    private static int Fail(IEnumerable<string> problems)
    {
        foreach (string problem in problems)
        {
            Console.Error.WriteLine(problem);
        }

        return 1;
    }
}
