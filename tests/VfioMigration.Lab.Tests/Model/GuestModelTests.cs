using System.Globalization;

using Xunit.Abstractions;

namespace VfioMigration.Lab.Tests.Model;

/// <summary>
/// Commands about two hosts, each with one device, in any interleaving. Every command answers within its deadline and as documented, no guest is lost or runs
/// twice, and in the end everything can be stopped and removed. <c>VFIOMIG_SOAK=1</c> runs ten thousand interleavings; <c>VFIOMIG_SEED</c> begins with another.
/// </summary>
public sealed class GuestModelTests(ITestOutputHelper output)
{
    private const int Shards = 4;
    private const int ShortRun = 75;
    private const int LongRun = 2500;

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Shards)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Commands_InAnyInterleaving_AnswerInTimeAndLoseNoGuest(int shard)
    {
        int runs = Environment.GetEnvironmentVariable("VFIOMIG_SOAK") == "1" ? LongRun : ShortRun;
        int first = (shard * LongRun) + (int.TryParse(Environment.GetEnvironmentVariable("VFIOMIG_SEED"), CultureInfo.InvariantCulture, out int given) ? given : 1);
        output.WriteLine($"seeds {first} to {first + runs - 1}");
        var network = new ModelNetwork();
        for (int seed = first; seed < first + runs; seed++)
        {
            await new ModelRun(network, seed).Run();
        }
    }
}
