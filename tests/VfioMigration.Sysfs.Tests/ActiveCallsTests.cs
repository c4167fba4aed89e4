using VfioMigration.Sysfs.Kernfs;

namespace VfioMigration.Sysfs.Tests;

public sealed class ActiveCallsTests
{
    private static readonly AttributeGroup Files = new([.. Enumerable.Range(0, 12).Select(number =>
        SysfsAttribute<Kobject>.ReadOnly($"file{number}", static (_, page) => SysfsText.Line(page, 1)))]);

    private readonly DriverCore core = new(TimeProvider.System);

    private ActiveCalls Calls => core.Tree.Calls;

    [Fact]
    public void CallsOfOneFile_BeyondTheLimit_AreRefusedAndOtherFilesOfTheDeviceAreNot()
    {
        Device card = AddDevice("card");
        Fill(FileOf(card, 0), ActiveCalls.MaxPerFile);

        Assert.False(Calls.TryEnter(FileOf(card, 0), out string? refusal));
        Assert.True(Calls.TryEnter(FileOf(card, 1), out _));
        Assert.Equal($"card: the limit of 64 blocked calls per file is reached on {card.DevPath[1..]}/file0", refusal);
    }

    [Fact]
    public void CallsOfOneDevice_BeyondTheLimit_AreRefusedAndOtherDevicesAreNot()
    {
        Device card = AddDevice("card");
        FillDevice(card);

        Assert.False(Calls.TryEnter(FileOf(card, 5), out string? refusal));
        Assert.True(Calls.TryEnter(FileOf(AddDevice("other"), 5), out _));
        Assert.Equal($"card: the limit of 128 blocked calls per device is reached on {card.DevPath[1..]}/file5", refusal);
    }

    /// <summary>A type is an object below its parent's; a driver that hangs in all types has one device.</summary>
    [Fact]
    public void CallsOfAnObjectBelowADevice_CountForTheDevice()
    {
        Device card = AddDevice("card");
        FillDevice(card);
        Kobject type = core.CreateDirectory(card, "type-1").Value;
        type.AddGroup(Files);

        Assert.False(Calls.TryEnter(FileOf(type, 0), out string? refusal));
        Assert.StartsWith("card: the limit of 128 blocked calls", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void CallsOfADeviceBelowADevice_DoNotCountForTheUpperOne()
    {
        Device card = AddDevice("card");
        FillDevice(card);
        var child = new Device(core, "child") { ParentDevice = card };
        child.Add();
        child.AddGroup(Files);

        Assert.True(Calls.TryEnter(FileOf(child, 0), out _));
    }

    [Fact]
    public void CallsOfTheHost_BeyondTheLimit_AreRefusedExceptForItsOwnFiles()
    {
        for (int number = 0; number < ActiveCalls.MaxPerHost / ActiveCalls.MaxPerDevice; number++)
        {
            FillDevice(AddDevice($"card{number}"));
        }

        Kobject own = core.CreateDirectory(core.Debug, "own").Value;
        own.AddGroup(Files);

        Device other = AddDevice("other");
        Assert.False(Calls.TryEnter(FileOf(other, 0), out string? refusal));
        Assert.Equal($"other: the limit of 512 blocked calls per host is reached on {other.DevPath[1..]}/file0", refusal);
        Assert.True(Calls.TryEnter(FileOf(own, 0), out _));
        Assert.True(ActiveCalls.IsOwn(FileOf(own, 0)));
        Assert.Equal(ActiveCalls.MaxPerHost + 1, Calls.Count);
    }

    /// <summary>A file of the emulator may call a driver, too: it has limits, but its own.</summary>
    [Fact]
    public void CallsOfOneOwnFile_BeyondTheLimit_LeaveTheOtherOwnFilesAlone()
    {
        Kobject own = core.CreateDirectory(core.Debug, "own").Value;
        own.AddGroup(Files);
        Fill(FileOf(own, 0), ActiveCalls.MaxPerFile);
        Fill(FileOf(own, 1), ActiveCalls.MaxPerFile);

        Assert.False(Calls.TryEnter(FileOf(own, 0), out _));
        Assert.False(Calls.TryEnter(FileOf(own, 1), out _));
        Assert.True(Calls.TryEnter(FileOf(own, 2), out _));
    }

    [Fact]
    public void Refusals_OfOneEpisode_AreSaidOnce()
    {
        KernfsFile file = FileOf(AddDevice("card"), 0);
        Fill(file, ActiveCalls.MaxPerFile);
        Assert.False(Calls.TryEnter(file, out string? first));
        Assert.False(Calls.TryEnter(file, out string? second));
        Calls.Leave(file);
        Assert.True(Calls.TryEnter(file, out _));
        Assert.False(Calls.TryEnter(file, out string? third));
        Repeat(ActiveCalls.MaxPerFile / 2, () => Calls.Leave(file));
        Fill(file, ActiveCalls.MaxPerFile / 2);
        Assert.False(Calls.TryEnter(file, out string? fourth));

        Assert.NotNull(first);
        Assert.Null(second);
        Assert.Null(third);
        Assert.NotNull(fourth);
    }

    [Fact]
    public void Leave_AfterTheRemovalOfTheDevice_FreesEverything()
    {
        Device card = AddDevice("card");
        KernfsFile file = FileOf(card, 0);
        Fill(file, 3);
        card.Delete();

        Repeat(3, () => Calls.Leave(file));

        Assert.Equal(0, Calls.Count);
    }

    [Fact]
    public void EnterAndLeave_AllocateNothing()
    {
        KernfsFile file = FileOf(AddDevice("card"), 0);
        Action enterAndLeave = () =>
        {
            if (!Calls.TryEnter(file, out _))
            {
                Assert.Fail("refused");
            }

            Calls.Leave(file);
        };

        long Allocated()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Repeat(1000, enterAndLeave);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // The best of several batches: a loop that is compiled anew while it runs may allocate, but once.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => Allocated()));
    }

    private static void Repeat(int times, Action action)
    {
        for (int i = 0; i < times; i++)
        {
            action();
        }
    }

    private Device AddDevice(string name)
    {
        var device = new Device(core, name);
        device.Add();
        device.AddGroup(Files);
        return device;
    }

    private KernfsFile FileOf(Kobject kobject, int number) => (KernfsFile)core.Tree.Root.FindPath($"{kobject.DevPath}/file{number}")!;

    private void Fill(KernfsFile file, int calls) => Repeat(calls, () => Assert.True(Calls.TryEnter(file, out _)));

    private void FillDevice(Device device)
    {
        for (int number = 0; number < ActiveCalls.MaxPerDevice / ActiveCalls.MaxPerFile; number++)
        {
            Fill(FileOf(device, number), ActiveCalls.MaxPerFile);
        }
    }
}
