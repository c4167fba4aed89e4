using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests;

public class KobjectTests
{
    private readonly SysfsTree tree = new(new ManualClock());

    [Fact]
    public void DevPath_OfANestedObject_IsThePathBelowSys()
    {
        Kobject inner = Add("inner", Add("outer"));

        Assert.Equal("/outer/inner", inner.DevPath);
    }

    [Fact]
    public void AddTo_OfATakenName_IsEEXISTAndLeavesNoDirectory()
    {
        Add("a");
        var second = new Kobject(tree, "a");

        Assert.Equal(Errno.EEXIST, second.AddTo(null));
        Assert.Null(second.Directory);
    }

    [Fact]
    public void AddGroup_WithAName_IsADirectory()
    {
        Kobject kobject = Add("a");

        Assert.Equal(Errno.None, kobject.AddGroup(new AttributeGroup("group", Number("one"), Number("two"))));

        Assert.Equal(["one", "two"], tree.List("a/group").Order(StringComparer.Ordinal));
        Assert.Equal("1\n", tree.Cat("a/group/one").Value);
    }

    [Fact]
    public void AddGroup_WithAnInvisibleAttribute_LeavesItOut()
    {
        Kobject kobject = Add("a");
        kobject.AddGroup(new AttributeGroup(
            SysfsAttribute<Kobject>.ReadOnly("seen", (_, _) => 0, owner => owner == kobject),
            SysfsAttribute<Kobject>.ReadOnly("hidden", (_, _) => 0, owner => owner != kobject)));

        Assert.Equal(["seen"], tree.List("a"));
    }

    [Fact]
    public void AddGroup_WithATakenNameInIt_AddsNone()
    {
        Kobject kobject = Add("a");
        kobject.AddGroup(new AttributeGroup(Number("two")));

        Assert.Equal(Errno.EEXIST, kobject.AddGroup(new AttributeGroup(Number("one"), Number("two"), Number("three"))));
        Assert.Equal(["two"], tree.List("a"));
    }

    [Fact]
    public void AddGroup_WithANameAndTheSameAttributeTwice_AddsNone()
    {
        Kobject kobject = Add("a");

        Assert.Equal(Errno.EEXIST, kobject.AddGroup(new AttributeGroup("group", Number("one"), Number("one"))));
        Assert.Empty(tree.List("a"));
    }

    [Fact]
    public void AddGroup_ToARemovedObject_IsENODEV()
    {
        Kobject kobject = Add("a");
        kobject.RemoveDirectory();

        Assert.Equal(Errno.ENODEV, kobject.AddGroup(new AttributeGroup(Number("one"))));
        Assert.Equal(Errno.ENODEV, kobject.AddGroup(new AttributeGroup("group", Number("one"))));
    }

    [Fact]
    public void RemoveGroup_OfEitherForm_RemovesItsFilesOnly()
    {
        Kobject kobject = Add("a");
        var named = new AttributeGroup("group", Number("one"));
        var flat = new AttributeGroup(Number("two"), Number("three"));
        kobject.AddGroup(named);
        kobject.AddGroup(flat);
        kobject.AddGroup(new AttributeGroup(Number("stays")));

        kobject.RemoveGroup(named);
        kobject.RemoveGroup(flat);
        kobject.RemoveGroup(flat);

        Assert.Equal(["stays"], tree.List("a"));
    }

    [Fact]
    public void HasFile_OfEntries_TellsWhichAreThere()
    {
        Kobject kobject = Add("a");
        kobject.AddGroup(new AttributeGroup(Number("one")));

        Assert.True(kobject.HasFile("one"));
        Assert.False(kobject.HasFile("two"));
        Assert.False(new Kobject(tree, "nowhere").HasFile("one"));
    }

    [Fact]
    public void Notify_OfAMissingAttribute_IsENOENT()
    {
        SysfsAttribute<Kobject> attribute = Number("one");
        Kobject kobject = Add("a");
        Assert.Equal(Errno.ENOENT, kobject.Notify(attribute));
        kobject.AddGroup(new AttributeGroup(attribute));

        Assert.Equal(Errno.None, kobject.Notify(attribute));
    }

    [Fact]
    public void Link_ToAnObjectOutsideTheTree_IsABugThatThrows() =>
        Assert.Throws<InvalidOperationException>(() => Add("a").AddLink(new KernfsName("link"), new Kobject(tree, "b")));

    [Fact]
    public void SendUevent_OfAnObjectWithoutASubsystem_SendsNothing()
    {
        using Subscription<Uevent> uevents = tree.Uevents.Subscribe();

        Assert.Equal(Errno.None, Add("a").SendUevent(UeventAction.Add));
        Assert.Empty(uevents.Drain());
    }

    [Fact]
    public void SendUevent_WithExtraVariables_PutsThemBeforeTheObjectsOwn()
    {
        using Subscription<Uevent> uevents = tree.Uevents.Subscribe();
        var kobject = new Announced(tree);
        kobject.AddTo(null);

        kobject.SendUevent(UeventAction.Change, new("A", "1"), new("B", "2"));

        Assert.Equal(
            ["ACTION=change", "DEVPATH=/announced", "SUBSYSTEM=tests", "A=1", "B=2", "OWN=1"],
            Assert.Single(uevents.Drain()).Variables);
    }

    /// <summary>UEVENT_NUM_ENVP holds ACTION, DEVPATH, SUBSYSTEM and SEQNUM as well (lib/kobject_uevent.c).</summary>
    [Theory]
    [InlineData(59, Errno.None)]
    [InlineData(60, Errno.ENOMEM)]
    public void SendUevent_OfMoreThan64VariablesInAll_IsENOMEM(int extra, Errno expected)
    {
        var kobject = new Announced(tree);
        kobject.AddTo(null);
        KeyValuePair<string, string>[] variables = [.. Enumerable.Range(0, extra).Select(i => new KeyValuePair<string, string>($"K{i}", "1"))];

        Assert.Equal(expected, kobject.SendUevent(UeventAction.Change, variables));
    }

    private Kobject Add(string name, Kobject? parent = null)
    {
        var kobject = new Kobject(tree, name);
        Assert.Equal(Errno.None, kobject.AddTo(parent));
        return kobject;
    }

    private static SysfsAttribute<Kobject> Number(string name) =>
        SysfsAttribute<Kobject>.ReadOnly(name, (_, page) => SysfsText.Line(page, 1));

    private sealed class Announced(SysfsTree tree) : Kobject(tree, "announced")
    {
        public override string Subsystem => "tests";

        protected internal override void AppendUeventVariables(UeventEnvironment environment) => environment.Add("OWN", "1");
    }
}
