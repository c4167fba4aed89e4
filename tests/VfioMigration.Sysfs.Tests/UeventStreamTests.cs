using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests;

public class UeventStreamTests
{
    private readonly UeventStream stream = new();
    private readonly Kobject sender = new(new SysfsTree(new ManualClock()), "a");

    [Fact]
    public void Send_OfUevents_NumbersThemFromOne()
    {
        using Subscription<Uevent> reader = stream.Subscribe();
        Assert.Equal(0, stream.SeqNum);
        Send();
        Send();

        Assert.Equal([1L, 2L], reader.Drain().Select(uevent => uevent.SeqNum));
        Assert.Equal(2, stream.SeqNum);
    }

    [Fact]
    public void Send_OfTooMuch_IsENOMEMAndTakesNoNumber()
    {
        var environment = new UeventEnvironment();
        environment.Add("A", new string('v', 5000));

        Assert.Equal(Errno.ENOMEM, stream.Send(UeventAction.Add, sender, "s", environment));
        Assert.Equal(0, stream.SeqNum);
    }

    [Fact]
    public async Task Send_FromManyThreads_ReachesTheReaderInOrderWithoutGaps()
    {
        using Subscription<Uevent> reader = stream.Subscribe();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Background.Run(() =>
        {
            for (int i = 0; i < 250; i++)
            {
                Send();
            }
        }))).WaitAsync(Background.Patience);

        Assert.Equal(Enumerable.Range(1, 1000).Select(i => (long)i), reader.Drain().Select(uevent => uevent.SeqNum));
    }

    [Fact]
    public void Subscribe_AfterSomeUevents_GetsOnlyLaterOnes()
    {
        Send();
        using Subscription<Uevent> reader = stream.Subscribe();
        Send();

        Assert.Equal(2, Assert.Single(reader.Drain()).SeqNum);
    }

    [Fact]
    public void Reader_ThatFallsBehind_LosesTheOldest()
    {
        using Subscription<Uevent> reader = stream.Subscribe();
        for (int i = 0; i < 5000; i++)
        {
            Send();
        }

        IReadOnlyList<Uevent> read = reader.Drain();
        Assert.Equal(5000, read[^1].SeqNum);
        Assert.Equal(4096, read.Count);
    }

    [Fact]
    public void Reader_AfterDispose_Ends()
    {
        Subscription<Uevent> reader = stream.Subscribe();
        reader.Dispose();
        Send();

        Assert.True(reader.Reader.Completion.IsCompleted);
        Assert.Empty(reader.Drain());
    }

    [Theory]
    [InlineData(UeventAction.Add, "add")]
    [InlineData(UeventAction.Remove, "remove")]
    [InlineData(UeventAction.Change, "change")]
    [InlineData(UeventAction.Move, "move")]
    [InlineData(UeventAction.Online, "online")]
    [InlineData(UeventAction.Offline, "offline")]
    [InlineData(UeventAction.Bind, "bind")]
    [InlineData(UeventAction.Unbind, "unbind")]
    public void Word_OfAnAction_IsTheKernels(UeventAction action, string word) => Assert.Equal(word, UeventStream.Word(action));

    private void Send() => Assert.Equal(Errno.None, stream.Send(UeventAction.Add, sender, "s", new UeventEnvironment()));
}
