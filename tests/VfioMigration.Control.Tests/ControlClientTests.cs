using System.Net.Sockets;
using System.Text;
using VfioMigration.Control.Requests;

namespace VfioMigration.Control.Tests;

/// <summary>The client against a daemon that answers what the test says.</summary>
public sealed class ControlClientTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string path;
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private Socket? accepted;

    private static TimeSpan Moment => TimeSpan.FromMilliseconds(50);

    public ControlClientTests()
    {
        path = Path.Combine(folder.Path, "daemon.sock");
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
    }

    public void Dispose()
    {
        accepted?.Dispose();
        listener.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(".ok\n", new string[0], null)]
    [InlineData("a\nb\n.ok\n", new[] { "a", "b" }, null)]
    [InlineData("..dot\n.ok\n", new[] { ".dot" }, null)]
    [InlineData("a\n.error no\n", new[] { "a" }, "no")]
    [InlineData("a\n", new[] { "a" }, "the daemon closed the connection")]
    [InlineData("", new string[0], "the daemon closed the connection")]
    public void Answer_IsLinesAndAnEnd(string sent, string[] lines, string? error)
    {
        using ControlClient client = ControlClient.Connect(path, out _)!;
        Answer(sent);

        Assert.Equal(lines, client.Ask(ControlTable.Hosts, new HostsRequest()));
        Assert.Equal(error, client.Error);
    }

    [Fact]
    public void Ready_IsNoAnswer()
    {
        using ControlClient client = ControlClient.Connect(path, out _)!;
        Answer(".ready\n.ok\n");
        int ready = 0;

        Assert.True(client.Do(ControlTable.ReceiveDescriptors, new ReceiveDescriptorsRequest("a", "d"), () => ready++));
        Assert.Equal(1, ready);
    }

    [Fact]
    public void AnswerThatIsNoJson_IsAMalformedAnswer()
    {
        using ControlClient client = ControlClient.Connect(path, out _)!;
        Answer("nonsense\n.ok\n");

        Assert.Empty(client.Ask(ControlTable.ListDrivers, new ListDriversRequest()));
        Assert.StartsWith("malformed answer to 'driver-list': ", client.Error, StringComparison.Ordinal);
    }

    /// <summary>Its reason is there before the client has sent anything, and sending fails.</summary>
    [Fact]
    public void DaemonThatRefuses_IsHeard()
    {
        using ControlClient client = ControlClient.Connect(path, out _)!;
        using (Socket refusing = listener.Accept())
        {
            refusing.Send(".error full\n"u8);
        }

        Assert.False(client.Do(ControlTable.GuestStop, new GuestStopRequest("a", "d")));
        Assert.Equal("full", client.Error);
    }

    /// <summary>It is asked once more, as another client, before it is given up.</summary>
    [Fact]
    public void StoppedDaemon_IsNamed()
    {
        using ControlClient client = ControlClient.TryConnect(path, out _, silence: Moment)!;

        Assert.False(client.Do(ControlTable.GuestStop, new GuestStopRequest("a", "d")));

        Assert.StartsWith($"the daemon at {path} does not answer within", client.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void StoppedDaemonWithAFullQueue_IsNamed()
    {
        using var full = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        string queue = Path.Combine(folder.Path, "queue.sock");
        full.Bind(new UnixDomainSocketEndPoint(queue));
        full.Listen(0);
        using ControlClient first = ControlClient.TryConnect(queue, out _, silence: Moment)!;

        Assert.Null(ControlClient.TryConnect(queue, out SocketError error, silence: Moment));

        Assert.StartsWith("the daemon accepts no connection within", ControlClient.Describe(error), StringComparison.Ordinal);
    }

    /// <summary>What takes its time is waited for while the daemon answers others, be it with a refusal.</summary>
    [Theory]
    [InlineData("a\n.ok\n")]
    [InlineData(".error too many clients\n")]
    public async Task SlowOperation_OfADaemonThatAnswersOthers_IsWaitedFor(string answer)
    {
        using ControlClient client = ControlClient.TryConnect(path, out _, silence: Moment)!;
        Task<bool> asked = Task.Run(() => client.Do(ControlTable.GuestStop, new GuestStopRequest("a", "d")));
        using Socket slow = listener.Accept();
        for (int i = 0; i < 3; i++)
        {
            using Socket probe = listener.Accept();
            probe.Send(Encoding.ASCII.GetBytes(answer));
        }

        slow.Send(".ok\n"u8);

        Assert.True(await asked.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void SocketOfADeadDaemon_SaysThatItIsNotRunning()
    {
        listener.Dispose();

        Assert.Null(ControlClient.Connect(path, out string? problem));
        Assert.Equal($"cannot connect to {path}: daemon not running", problem);
        Assert.Null(ControlClient.Connect(path + ".not", out problem));
        Assert.Equal($"cannot connect to {path}.not: daemon not running", problem);
    }

    [Theory]
    [InlineData(".ready\nrest", null)]
    [InlineData(".error no room\n", "no room")]
    [InlineData("what\n", "malformed answer to 'receive'")]
    [InlineData(".rea", "the daemon closed the connection")]
    public void MigrationConnection_BeginsRightAfterTheLine(string sent, string? problem)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        using var stream = new NetworkStream(socket);
        Answer(sent);

        Assert.Equal(problem, MigrationConnection.Begin(stream));
        Assert.Equal(problem is null ? "rest" : "", new StreamReader(stream).ReadToEnd());
    }

    private void Answer(string text)
    {
        accepted = listener.Accept();
        accepted.Send(Encoding.UTF8.GetBytes(text));
        accepted.Shutdown(SocketShutdown.Send);
    }
}
