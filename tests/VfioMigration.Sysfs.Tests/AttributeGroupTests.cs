using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests;

public class AttributeGroupTests
{
    private readonly SysfsTree tree = new(new ManualClock());
    private readonly Kobject kobject;

    public AttributeGroupTests()
    {
        kobject = new Kobject(tree, "object");
        kobject.AddTo(null);
    }

    [Fact]
    public void AddGroup_WithoutAName_PutsFilesIntoTheObjectsDirectory()
    {
        Assert.Equal(Errno.None, kobject.AddGroup(Group(null)));

        Assert.Equal("file\n", tree.Cat("object/file").Value);
    }

    [Fact]
    public void AddGroup_WithANestedName_MakesTheDirectories()
    {
        Assert.Equal(Errno.None, kobject.AddGroup(Group("a/b/c")));

        Assert.Equal("file\n", tree.Cat("object/a/b/c/file").Value);
        Assert.Equal(["a"], tree.List("object"));
    }

    [Fact]
    public void AddGroup_BelowTheSameDirectory_SharesIt()
    {
        (AttributeGroup self, AttributeGroup other) = (Group("m/self"), Group("m/other"));
        Assert.Equal((Errno.None, Errno.None), (kobject.AddGroup(self), kobject.AddGroup(other)));
        Assert.Equal(["other", "self"], tree.List("object/m").Order());

        kobject.RemoveGroup(self);
        Assert.Equal(["other"], tree.List("object/m"));
        kobject.RemoveGroup(other);
        Assert.Empty(tree.List("object"));
    }

    [Fact]
    public void AddGroup_OfAPathThatExists_IsEEXISTAndLeavesItAlone()
    {
        kobject.AddGroup(Group("m/self"));

        Assert.Equal(Errno.EEXIST, kobject.AddGroup(Group("m/self")));
        Assert.Equal(Errno.EEXIST, kobject.AddGroup(Group("m")));
        Assert.Equal("file\n", tree.Cat("object/m/self/file").Value);
    }

    [Fact]
    public void AddGroup_BelowAFile_IsEEXIST()
    {
        kobject.AddGroup(Group(null));

        Assert.Equal(Errno.EEXIST, kobject.AddGroup(Group("file/self")));
        Assert.Equal(["file"], tree.List("object"));
    }

    [Fact]
    public void AddGroup_WithTwoFilesOfOneName_LeavesNoDirectory()
    {
        Assert.Equal(Errno.EEXIST, kobject.AddGroup(new AttributeGroup("a/b", File(), File())));
        Assert.Empty(tree.List("object"));
    }

    [Fact]
    public void RemoveGroup_ThatIsNotThere_DoesNothing()
    {
        kobject.AddGroup(Group("m/self"));

        kobject.RemoveGroup(Group("m/other"));
        kobject.RemoveGroup(Group("n/self"));

        Assert.True(tree.Exists("object/m/self/file"));
    }

    [Theory]
    [InlineData("file", true)]
    [InlineData("m", true)]
    [InlineData("self", false)]
    [InlineData("m/self", false)]
    public void HasFile_ByName_IsAboutTheObjectsDirectoryOnly(string name, bool has)
    {
        kobject.AddGroup(Group(null));
        kobject.AddGroup(Group("m/self"));

        Assert.Equal(has, kobject.HasFile(name));
    }

    private static AttributeGroup Group(string? name) => new(name, File());

    private static SysfsAttribute<Kobject> File() => SysfsAttribute<Kobject>.ReadOnly("file", static (_, page) => SysfsText.Line(page, "file"));
}
