using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vfio.Tests.Workloads;

public class AccessGeneratorTests
{
    /// <summary>The published first outputs of splitmix64 for the seed 1234567.</summary>
    [Fact]
    public void Numbers_AreSplitmix64()
    {
        var generator = new AccessGenerator(new WorkloadOptions(Seed: 1234567));

        Assert.Equal(
            [6457827717110365317ul, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821],
            Enumerable.Range(0, 5).Select(_ => generator.Next()));
    }

    [Theory]
    [InlineData(AccessPattern.Uniform)]
    [InlineData(AccessPattern.Hotspot)]
    [InlineData(AccessPattern.Burst)]
    [InlineData(AccessPattern.Idle)]
    public void SameOptions_GiveTheSameAccesses(AccessPattern pattern)
    {
        var one = new AccessGenerator(new WorkloadOptions(5, pattern));
        var other = new AccessGenerator(new WorkloadOptions(5, pattern));
        var third = new AccessGenerator(new WorkloadOptions(6, pattern));

        Assert.Equal(Run(one), Run(other));
        Assert.NotEqual(Run(one), Run(third));
    }

    [Theory]
    [InlineData(AccessPattern.Uniform, 512)]
    [InlineData(AccessPattern.Hotspot, 512)]
    [InlineData(AccessPattern.Burst, 128)]
    [InlineData(AccessPattern.Idle, 2)]
    public void Steps_AreAsBusyAsThePatternSays(AccessPattern pattern, int busy)
    {
        var generator = new AccessGenerator(new WorkloadOptions(1, pattern));

        Assert.Equal(busy, Enumerable.Range(0, 512).Count(_ => generator.TryStep()));
    }

    [Fact]
    public void Burst_BeginsWithItsBusySteps()
    {
        var generator = new AccessGenerator(new WorkloadOptions(1, AccessPattern.Burst));

        Assert.Equal(Enumerable.Range(0, 256).Select(step => step < 64), Enumerable.Range(0, 256).Select(_ => generator.TryStep()));
    }

    [Theory]
    [InlineData(AccessPattern.Uniform, 700, 1300)]
    [InlineData(AccessPattern.Hotspot, 8700, 9500)]
    public void Places_AreWhereThePatternLikesThem(AccessPattern pattern, int least, int most)
    {
        var generator = new AccessGenerator(new WorkloadOptions(3, pattern));
        int[] places = [.. Enumerable.Range(0, 10_000).Select(_ => generator.NextIndex(100))];

        Assert.All(places, place => Assert.InRange(place, 0, 99));
        Assert.InRange(places.Count(place => place < 10), least, most);
        Assert.Equal(100, places.Distinct().Count());
    }

    [Fact]
    public void SmallestRange_HasOnePlace()
    {
        var generator = new AccessGenerator(new WorkloadOptions(1, AccessPattern.Hotspot));

        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(0, generator.NextIndex(1)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(21)]
    public void Fill_FillsEverything(int length)
    {
        byte[] one = new byte[length];
        byte[] other = new byte[length];
        new AccessGenerator(new WorkloadOptions(9)).Fill(one);
        new AccessGenerator(new WorkloadOptions(9)).Fill(other);

        Assert.Equal(one, other);
        Assert.True(length == 0 || one.Any(value => value != 0));
    }

    [Theory]
    [InlineData(AccessPattern.Uniform)]
    [InlineData(AccessPattern.Burst)]
    public void SavedGenerator_ContinuesElsewhere(AccessPattern pattern)
    {
        var generator = new AccessGenerator(new WorkloadOptions(5, pattern));
        Run(generator);
        var writer = new StateWriter();
        generator.Save(writer);
        var other = new AccessGenerator(new WorkloadOptions(77, pattern));
        var reader = new StateReader(writer.Written);
        other.Load(ref reader);

        Assert.True(reader.IsComplete);
        Assert.Equal(Run(generator), Run(other));
    }

    private static (bool, ulong, int)[] Run(AccessGenerator generator) =>
        [.. Enumerable.Range(0, 300).Select(_ => (generator.TryStep(), generator.Next(), generator.NextIndex(1000)))];
}
