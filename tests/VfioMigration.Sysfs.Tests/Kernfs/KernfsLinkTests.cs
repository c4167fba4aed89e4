using System.Text;

using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests.Kernfs;

/// <summary>Link texts as in sysfs-tree.json.</summary>
public class KernfsLinkTests
{
    private const string Uuid = "000000a0-1111-4222-8333-444455556666";
    private const string Parent = "devices/virtual/mtty/mtty";

    private readonly KernfsRoot root = new(new ManualClock());

    [Theory]
    [InlineData($"{Parent}/{Uuid}/vfio-dev/vfio0", $"{Parent}/{Uuid}", $"../../../{Uuid}")]
    [InlineData($"{Parent}/{Uuid}", "bus/mdev", "../../../../../bus/mdev")]
    [InlineData($"{Parent}/{Uuid}", $"{Parent}/mdev_supported_types/mtty-1", "../mdev_supported_types/mtty-1")]
    [InlineData($"{Parent}/mdev_supported_types/mtty-1/devices", $"{Parent}/{Uuid}", $"../../../{Uuid}")]
    [InlineData("class/mtty", Parent, "../../devices/virtual/mtty/mtty")]
    [InlineData("bus/mdev/devices", $"{Parent}/{Uuid}", $"../../../{Parent}/{Uuid}")]
    [InlineData("devices", "devices/virtual", "virtual")]
    [InlineData("", "devices/virtual", "devices/virtual")]
    public void Text_FromAPlaceToATarget_IsTheMeasuredOne(string place, string target, string text)
    {
        KernfsLink link = root.AddLink(MakePath(place), new KernfsName("link"), MakePath(target)).Value;

        Assert.Equal(text, link.ToString());
    }

    [Fact]
    public void ReadTarget_IntoABufferOfTheExactLength_Fits()
    {
        KernfsLink link = root.AddLink(MakePath("class/mtty"), new KernfsName("mtty"), MakePath(Parent)).Value;
        byte[] exact = new byte["../../devices/virtual/mtty/mtty".Length];

        Assert.Equal(exact.Length, link.ReadTarget(exact).Value);
        Assert.Equal("../../devices/virtual/mtty/mtty", Encoding.ASCII.GetString(exact));
    }

    [Fact]
    public void ReadTarget_IntoEveryShorterBuffer_IsENAMETOOLONG()
    {
        KernfsLink link = root.AddLink(MakePath("class/mtty"), new KernfsName("mtty"), MakePath(Parent)).Value;
        for (int length = 0; length < "../../devices/virtual/mtty/mtty".Length; length++)
        {
            Assert.Equal(Errno.ENAMETOOLONG, link.ReadTarget(new byte[length]).Error);
        }
    }

    [Fact]
    public void Text_AfterRemovalOfTheTarget_IsStillReadable()
    {
        KernfsDirectory target = MakePath(Parent);
        KernfsLink link = root.AddLink(MakePath("class/mtty"), new KernfsName("mtty"), target).Value;

        root.Remove(target);

        Assert.Equal("../../devices/virtual/mtty/mtty", link.ToString());
    }

    private KernfsDirectory MakePath(string path)
    {
        KernfsDirectory at = root.Directory;
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            at = root.Find(at, Encoding.UTF8.GetBytes(part)) as KernfsDirectory ?? root.AddDirectory(at, new KernfsName(part), null).Value;
        }

        return at;
    }
}
