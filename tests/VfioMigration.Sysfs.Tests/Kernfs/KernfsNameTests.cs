using VfioMigration.Sysfs.Kernfs;

namespace VfioMigration.Sysfs.Tests.Kernfs;

public class KernfsNameTests
{
    [Theory]
    [InlineData("device_api devices create available_instances name")]
    [InlineData("uevent vendor iommu_group power driver vfio-dev mdev_type subsystem remove")]
    public void HashOrder_OfMeasuredListings_IsTheKernels(string listing)
    {
        string[] measured = listing.Split(' ');

        Assert.Equal(measured, measured.Order(StringComparer.Ordinal).OrderBy(name => new KernfsName(name).Hash));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    public void Name_ThatCannotBeAnEntry_IsRefused(string text)
    {
        Assert.False(KernfsName.IsValid(text));
        Assert.Throws<ArgumentException>(() => new KernfsName(text));
    }

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void Name_AtTheLimitOfItsBytes_IsAcceptedUpTo255(int length, bool valid) =>
        Assert.Equal(valid, KernfsName.IsValid(new string('a', length)));

    [Fact]
    public void Name_OfManyByteCharacters_IsMeasuredInBytes() => Assert.False(KernfsName.IsValid(new string('\u00e9', 128)));

    [Theory]
    [InlineData("...")]
    [InlineData(" ")]
    [InlineData("0000:00:02.0")]
    public void Name_OfOrdinaryText_IsKept(string text)
    {
        Assert.True(KernfsName.IsValid(text));
        Assert.Equal(text, new KernfsName(text).ToString());
    }

    [Fact]
    public void Hash_OfManyNames_LeavesTheReservedPositionsFree()
    {
        for (int i = 0; i < 100_000; i++)
        {
            Assert.InRange(new KernfsName($"n{i}").Hash, 2u, 0x7FFFFFFEu);
        }
    }
}
