using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests;

public class SysfsBinaryAttributeTests
{
    private readonly SysfsTree tree = new(new ManualClock());
    private readonly Kobject kobject;
    private readonly byte[] bytes = [0, 1, 2, 3, 4, 5, 6, 7];

    public SysfsBinaryAttributeTests()
    {
        kobject = new Kobject(tree, "object");
        kobject.AddTo(null);
        kobject.AddGroup(new AttributeGroup(
            new SysfsBinaryAttribute<Kobject>(
                "config",
                FileModes.Octal(644),
                bytes.Length,
                (_, offset, destination) =>
                {
                    bytes.AsSpan((int)offset, destination.Length).CopyTo(destination);
                    return destination.Length;
                },
                (_, offset, source) =>
                {
                    source.CopyTo(bytes.AsSpan((int)offset));
                    return source.Length;
                }),
            new SysfsBinaryAttribute<Kobject>("neither", FileModes.Octal(644), 8, null, null)));
    }

    [Theory]
    [InlineData(0, 100, "0,1,2,3,4,5,6,7")]
    [InlineData(6, 100, "6,7")]
    [InlineData(2, 3, "2,3,4")]
    [InlineData(8, 10, "")]
    [InlineData(1L << 40, 10, "")]
    public void Read_AtAnOffset_IsCutAtTheSize(long offset, int count, string expected)
    {
        byte[] read = new byte[count];
        int length = Open("config", OpenFlags.O_RDONLY).Read(offset, read, CancellationToken.None).Value;

        Assert.Equal(expected, string.Join(',', read.Take(length)));
    }

    [Fact]
    public void Write_AcrossTheEnd_IsCutAtTheSize()
    {
        Assert.Equal(2, Open("config", OpenFlags.O_WRONLY).Write(6, new byte[5], CancellationToken.None).Value);
        Assert.Equal([0, 1, 2, 3, 4, 5, 0, 0], bytes);
    }

    [Fact]
    public void Write_BeyondTheEnd_IsEFBIG() =>
        Assert.Equal(Errno.EFBIG, Open("config", OpenFlags.O_WRONLY).Write(8, new byte[1], CancellationToken.None).Error);

    [Fact]
    public void Access_WithoutAMethod_IsEIO()
    {
        KernfsOpenFile open = Open("neither", OpenFlags.O_RDWR);

        Assert.Equal(Errno.EIO, open.Read(0, new byte[1], CancellationToken.None).Error);
        Assert.Equal(Errno.EIO, open.Write(0, new byte[1], CancellationToken.None).Error);
    }

    [Fact]
    public void Access_AfterRemoval_IsENODEV()
    {
        KernfsOpenFile open = Open("config", OpenFlags.O_RDWR);
        kobject.RemoveDirectory();

        Assert.Equal(Errno.ENODEV, open.Read(0, new byte[1], CancellationToken.None).Error);
        Assert.Equal(Errno.ENODEV, open.Write(0, new byte[1], CancellationToken.None).Error);
    }

    [Fact]
    public void Stat_OfTheFile_ShowsTheSizeOfTheAttribute() =>
        Assert.Equal(8ul, tree.Root.Stat(tree.Root.FindPath("object/config")!).Size);

    private KernfsOpenFile Open(string name, OpenFlags flags)
    {
        var open = new KernfsOpenFile();
        Assert.Equal(Errno.None, open.Open(tree.Root, (KernfsFile)tree.Root.FindPath($"object/{name}")!, flags));
        return open;
    }
}
