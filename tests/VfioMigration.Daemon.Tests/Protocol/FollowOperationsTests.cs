using VfioMigration.Control;
using VfioMigration.Control.Answers;
using VfioMigration.Control.Requests;
using VfioMigration.Daemon.Tests.Support;
using VfioMigration.Sysfs;

namespace VfioMigration.Daemon.Tests.Protocol;

public sealed class FollowOperationsTests : IDisposable
{
    private readonly ServedLab lab = new("a");

    public void Dispose() => lab.Dispose();

    [Fact]
    public void KernelLog_EndsWithWhatThereIs()
    {
        lab.Lab.Hosts[0].Core.Log.Write(LogLevels.Info, ".a line with a dot");

        string[] timed = Ask(new KernelLogRequest());
        string[] plain = Ask(new KernelLogRequest("a", WithTime: false));

        Assert.Equal(".a line with a dot", plain[^1]);
        Assert.Equal("[    0.000000] .a line with a dot", timed[^1]);
    }

    [Fact]
    public async Task KernelLog_ContinuesWithWhatIsWritten()
    {
        using TestClient client = lab.Connect();
        await client.Send("""{"op":"dmesg","host":"a","follow":true,"with_time":false}""" + "\n");
        Assert.Equal(".ready", await client.ReadLine());
        lab.Lab.Hosts[0].Core.Log.Write(LogLevels.Info, "the last line");

        string? line;
        do
        {
            line = await client.ReadLine();
        }
        while (line is not (null or "the last line"));

        Assert.Equal("the last line", line);
    }

    [Fact]
    public async Task Uevents_AreRecordsFromReadyOn()
    {
        using ControlClient client = lab.Client();
        using var subscribed = new ManualResetEventSlim();
        Task<UeventAnswer> first = Background.Run(() => client.Ask(ControlTable.Uevents, new UeventsRequest(), subscribed.Set).First());
        Assert.True(subscribed.Wait(Background.Patience));
        Assert.Equal(Uapi.Errno.None, lab.Lab.Hosts[0].UnloadModule("mdev").Error);

        UeventAnswer uevent = await first.WaitAsync(Background.Patience);
        Assert.StartsWith("remove@/", uevent.Header, StringComparison.Ordinal);
        Assert.Contains("ACTION=remove", uevent.Variables);
    }

    private string[] Ask(KernelLogRequest request)
    {
        using ControlClient client = lab.Client();
        string[] lines = [.. client.Ask(ControlTable.KernelLog, request)];
        Assert.Null(client.Error);
        return lines;
    }
}
