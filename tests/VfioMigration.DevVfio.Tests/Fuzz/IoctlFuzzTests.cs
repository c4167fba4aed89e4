using VfioMigration.DevVfio.Clients;
using VfioMigration.DevVfio.Ioctls;

namespace VfioMigration.DevVfio.Tests.Fuzz;

/// <summary>Requests that no sane client makes, from several threads at once, on files of every kind.</summary>
public class IoctlFuzzTests
{
    private const int Threads = 4;

    private static int Count => Environment.GetEnvironmentVariable("VFIOMIG_SOAK") == "1" ? 1_000_000 : 20_000;

    [Theory]
    [InlineData("6.12")]
    [InlineData("7.2")]
    public async Task Ioctl_OfAnyKind_IsAValueOrAnErrno(string kernel)
    {
        int seed = Random.Shared.Next();
        using var world = new FuzzWorld(kernel);
        FuzzClient[] clients = [.. Enumerable.Range(0, Threads).Select(number => new FuzzClient(world, seed, number))];

        string?[] problems = await Task.WhenAll(clients.Select(client => Background.Run(() => client.Run(Count / Threads)))).WaitAsync(TimeSpan.FromSeconds(60 + (Count / 1000)));

        Assert.All(problems, problem => Assert.True(problem is null, $"seed {seed}: {problem}"));
        Assert.Equal(Enum.GetValues<VfioFileKind>(), VfioIoctlTable.Rows.Except(world.NeverDone).Select(static row => row.Kind).Distinct().Order());
    }
}
