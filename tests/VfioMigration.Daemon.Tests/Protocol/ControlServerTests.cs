using VfioMigration.Control;
using VfioMigration.Daemon.Protocol;
using VfioMigration.Daemon.Tests.Support;
using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Daemon.Tests.Protocol;

/// <summary>Who is let in and what is answered to whatever a client sends, over a real socket.</summary>
public sealed class ControlServerTests : IDisposable
{
    private readonly ServedLab lab = new("a", "b");

    public void Dispose() => lab.Dispose();

    [Theory]
    [InlineData("nonsense", ".error malformed request: not JSON (byte 1)")]
    [InlineData("{}", ".error malformed request: field 'op' is missing")]
    [InlineData("""{"op":"driver-load","driver":5}""", ".error operation 'driver-load': field 'driver' must be a string")]
    [InlineData("""{"op":"driver-load"}""", ".error operation 'driver-load': field 'driver' is missing")]
    [InlineData("""{"op":"driver-list"}""", ".error several hosts are served, specify one: a, b")]
    [InlineData("""{"op":"driver-list","host":"c"}""", ".error no host 'c': a, b")]
    [InlineData("""{"op":"driver-load","driver":"no","host":"a"}""", ".error cannot load no: no such driver (ENOENT)")]
    [InlineData("""{"op":"driver-unload","driver":"no","host":"a"}""", ".error cannot unload no: it is not loaded (ENOENT)")]
    [InlineData("""{"op":"guest-start","host":"a","device":"d"}""", ".error a has no VFIO device 'd'; it has: none")]
    [InlineData("""{"op":"guest-status","host":"a","device":"d"}""", ".error a has no VFIO device 'd'; it has: none")]
    [InlineData("""{"op":"guest-verify","host":"c","device":"d"}""", ".error no host 'c': a, b")]
    [InlineData("""{"op":"migrate","host":"a","device":"d","target":"b"}""", ".error 'b': a device is HOST/DEVICE")]
    [InlineData("""{"op":"migrate","host":"a","device":"d","target":"b/d"}""", ".error a has no VFIO device 'd'; it has: none")]
    [InlineData("""{"op":"migrate","host":"a","device":"d","target":"b/d","max_rounds":0}""", ".error field 'max_rounds' must be from 1 to 1000000")]
    [InlineData("""{"op":"migrate","host":"a","device":"d","target":"b/d","downtime_milliseconds":-1}""", ".error field 'downtime_milliseconds' must not be negative")]
    [InlineData("""{"op":"migrate","host":"a","device":"d","target":"b/d","bytes_per_second":-1}""", ".error field 'bytes_per_second' must not be negative")]
    public async Task WhatCannotBeDone_IsReported(string request, string expected) =>
        Assert.StartsWith(expected, Assert.Single(await lab.Ask(request)), StringComparison.Ordinal);

    [Fact]
    public async Task UnknownOperation_NamesTheKnownOnes() =>
        Assert.Equal(
            [$".error unknown operation 'dance'; known are: {string.Join(", ", ControlTable.Rows.Select(row => row.Name))}"],
            await lab.Ask("""{"op":"dance"}"""));

    [Fact]
    public async Task Hosts_AreLinesOfText() => Assert.Equal(["a", "b", ".ok"], await lab.Ask("""{"op":"hosts"}"""));

    [Fact]
    public async Task Drivers_AreLinesOfJson() => Assert.Equal(
        ["""{"name":"mdev","loaded":""", ".ok"],
        (await lab.Ask("""{"op":"driver-list","host":"a"}""")).Where(line => line.Contains("\"mdev\"") || line[0] == '.').Select(line => line.Replace("true}", "").Replace("false}", "")));

    [Fact]
    public async Task RequestInPieces_IsOneRequest()
    {
        using TestClient client = lab.Connect();
        foreach (char next in """{"op":"hosts"}""" + "\n")
        {
            await client.Send(next.ToString());
        }

        Assert.Equal(["a", "b", ".ok"], await client.ReadToEnd());
    }

    [Theory]
    [InlineData(ControlRequestFormat.MaxBytes, ".error malformed request: not JSON (byte 0)")]
    [InlineData(ControlRequestFormat.MaxBytes + 1, ".error the request is longer than 65536 bytes")]
    public async Task LongRequest_IsReadUpToTheLimit(int length, string expected) =>
        Assert.Equal([expected], await lab.Ask(new string('x', length)));

    [Theory]
    [InlineData("{\"op\":\"hosts\"}\n{\"op\":\"hosts\"}\n", ".error malformed request: data after the newline")]
    [InlineData("{\"op\":\"hosts\"}", ".error malformed request: not terminated by a newline")]
    [InlineData("", ".error malformed request: not terminated by a newline")]
    public async Task MoreOrLessThanOneLine_IsRefused(string sent, string expected)
    {
        using TestClient client = lab.Connect();
        await client.Send(sent);
        client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);

        Assert.Equal([expected], await client.ReadToEnd());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"op\":")]
    public async Task SilentClient_LosesItsPlaceAfterFiveSeconds(string sent)
    {
        using TestClient client = lab.Connect();
        await client.Send(sent);
        await lab.Clock.NextTimer();
        lab.Clock.Advance(TimeSpan.FromSeconds(4.9));
        Task<string[]> end = client.ReadToEnd();
        Assert.False(end.IsCompleted);
        lab.Clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal([".error no complete request within 5 s"], await end);
    }

    /// <summary>Each piece comes in time; the deadline is for the whole request.</summary>
    [Fact]
    public async Task ClientThatTrickles_LosesItsPlaceToo()
    {
        using TestClient client = lab.Connect();
        await lab.Clock.NextTimer();
        for (int i = 0; i < 5; i++)
        {
            await client.Send("{");
            lab.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(".error no complete request within 5 s", await client.ReadLine());
    }

    [Theory]
    [InlineData("""{"op":"attach","host":"a"}""")]
    [InlineData("""{"op":"send-descriptors","host":"a","device":"d"}""")]
    [InlineData("""{"op":"receive-descriptors","host":"a","device":"d"}""")]
    public async Task DescriptorsThatDoNotCome_EndTheOperation(string request)
    {
        using TestClient client = lab.Connect();
        await client.Send(request + "\n");
        Assert.Equal(".ready", await client.ReadLine());
        await lab.Clock.NextTimer();
        await lab.Clock.NextTimer();
        lab.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal([".error no descriptors within 5 s"], await client.ReadToEnd());
    }

    [Fact]
    public async Task WrongNumberOfDescriptors_IsNamed()
    {
        using TestClient client = lab.Connect();
        await client.Send("""{"op":"receive-descriptors","host":"a","device":"d"}""" + "\n");
        Assert.Equal(".ready", await client.ReadLine());
        FdSocket.SendDescriptors(client.Socket.SafeHandle, 0);

        Assert.Equal([".error expected 2 descriptors, received 1"], await client.ReadToEnd());
    }

    [Theory]
    [InlineData("""{"op":"attach","host":"a"}""", "the first descriptor is not /dev/fuse", "/dev/null")]
    [InlineData("""{"op":"attach","host":"a","descriptors":1}""", "the first descriptor is not /dev/fuse", "/dev/null", "/dev/fuse")]
    [InlineData("""{"op":"attach","host":"a","descriptors":1}""", "/dev/fuse is not connected; mount it first", "/dev/fuse", "/dev/fuse")]
    [InlineData("""{"op":"attach","host":"a"}""", "/dev/fuse is not connected; mount it first", "/dev/fuse")]
    [InlineData("""{"op":"attach","host":"a","descriptors":1}""", "expected 2 descriptors, received 1", "/dev/fuse")]
    [InlineData("""{"op":"attach","host":"a"}""", "expected 1 descriptor, received 2", "/dev/fuse", "/dev/fuse")]
    public async Task DescriptorOfSomethingElse_IsNamedAndNotServed(string request, string problem, params string[] paths)
    {
        using TestClient client = lab.Connect();
        await client.Send(request + "\n");
        Assert.Equal(".ready", await client.ReadLine());
        FileDescriptor[] descriptors = [.. paths.Select(path => FileDescriptor.Open(path, OpenFlags.O_RDWR).Value)];
        Assert.Equal(Errno.None, FdSocket.SendDescriptors(client.Socket.SafeHandle, [.. descriptors.Select(descriptor => descriptor.Number)]));
        Array.ForEach(descriptors, descriptor => descriptor.Dispose());

        Assert.Equal([$".error {problem}"], await client.ReadToEnd());
    }

    [Fact]
    public async Task DataInsteadOfDescriptors_IsNamed()
    {
        using TestClient client = lab.Connect();
        await client.Send("""{"op":"attach","host":"a"}""" + "\n");
        Assert.Equal(".ready", await client.ReadLine());
        await client.Send("x");

        Assert.Equal([".error no descriptors were sent"], await client.ReadToEnd());
    }

    /// <summary>Silent and following clients both hold a place until they are gone.</summary>
    [Fact]
    public async Task ClientAboveTheLimit_IsToldSo_AndPlacesBecomeFree()
    {
        TestClient follower = lab.Connect();
        await follower.Send("""{"op":"uevents","host":"a"}""" + "\n");
        Assert.Equal(".ready", await follower.ReadLine());
        TestClient[] silent = [.. Enumerable.Range(1, ControlServer.MaxClients - 1).Select(_ => lab.Connect())];

        using (TestClient refused = lab.Connect())
        {
            Assert.Equal([".error too many clients (limit 64); try again later"], await refused.ReadToEnd());
        }

        follower.Dispose();
        string[] answer = [];
        Assert.True(SpinWait.SpinUntil(() => (answer = lab.Ask("""{"op":"hosts"}""").GetAwaiter().GetResult())[^1] == ".ok", Background.Patience));
        Assert.Equal(["a", "b", ".ok"], answer);
        Array.ForEach(silent, client => client.Dispose());
    }

    [Fact]
    public async Task HandlerThatThrows_IsAnsweredAndTheServerContinues()
    {
        using var broken = new ServedLab(
            static _ =>
            {
                var handlers = new ControlHandlers();
                handlers.Bind(ControlTable.Hosts, static request => throw new InvalidOperationException(request.ToString()));
                return handlers;
            },
            "a");

        for (int i = 0; i < 2; i++)
        {
            Assert.Equal([".error internal error in operation 'hosts'; the daemon's log has the details"], await broken.Ask("""{"op":"hosts"}"""));
        }
    }
}
