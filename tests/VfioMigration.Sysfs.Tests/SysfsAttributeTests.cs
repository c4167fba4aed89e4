using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests;

public class SysfsAttributeTests
{
    private readonly SysfsTree tree = new(new ManualClock());

    [Fact]
    public void Mode_OfEachKind_FollowsFromItsMethods()
    {
        Assert.Equal(FileModes.Octal(444), SysfsAttribute<Kobject>.ReadOnly("a", (_, _) => 0).Mode);
        Assert.Equal(FileModes.Octal(200), SysfsAttribute<Kobject>.WriteOnly("a", (_, _) => Errno.None).Mode);
        Assert.Equal(FileModes.Octal(644), SysfsAttribute<Kobject>.ReadWrite("a", (_, _) => 0, (_, _) => Errno.None).Mode);
        Assert.Equal(FileModes.Octal(200), SysfsAttribute<Kobject>.Interruptible("a", null, (_, _, _) => Errno.None).Mode);
    }

    [Fact]
    public void Size_OfATextAttribute_IsAPage() =>
        Assert.Equal(4096, SysfsAttribute<Kobject>.ReadOnly("a", (_, _) => 0).Size);

    [Theory]
    [InlineData(4096)]
    [InlineData(int.MaxValue)]
    public void Show_OfTooMuch_IsCutAndLogged(int length)
    {
        Assert.Equal(4095, Show((_, _) => length).Value);
        Assert.Equal(["fill_read_buffer: a returned bad count"], tree.LogTexts());
    }

    [Fact]
    public void Show_OfANegativeLength_IsEIOAndLogged()
    {
        Assert.Equal(Errno.EIO, Show((_, _) => -1).Error);
        Assert.Single(tree.LogTexts());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4095)]
    public void Show_WithinBounds_IsNotLogged(int length)
    {
        Assert.Equal(length, Show((_, _) => length).Value);
        Assert.Empty(tree.LogTexts());
    }

    [Fact]
    public void Show_OfAnErrno_IsThatErrno() => Assert.Equal(Errno.EUNATCH, Show((_, _) => Errno.EUNATCH).Error);

    [Fact]
    public void Interruptible_Methods_GetTheTokenOfTheCall()
    {
        using var source = new CancellationTokenSource();
        var attribute = SysfsAttribute<Kobject>.Interruptible(
            "a",
            (_, _, token) => token == source.Token ? 1 : 0,
            (_, _, token) => token == source.Token ? Errno.EINTR : Errno.None);
        var kobject = new Kobject(tree, "object");

        Assert.Equal(1, attribute.Show(kobject, new byte[4096], source.Token).Value);
        Assert.Equal(Errno.EINTR, attribute.Store(kobject, default, new KernfsCaller(0, source.Token)));
    }

    private Result<int> Show(ShowMethod<Kobject> show) =>
        SysfsAttribute<Kobject>.ReadOnly("a", show).ShowBounded(new Kobject(tree, "object"), new byte[4096], CancellationToken.None);
}
