using System.Net.Sockets;
using System.Text.Json;

using VfioMigration.Control;
using VfioMigration.Daemon.Migration;
using VfioMigration.Posix;
using VfioMigration.Uapi;
using VfioMigration.Vmm;

namespace VfioMigration.Daemon.Protocol;

/// <summary>The operations that move a device.</summary>
internal sealed class MigrationOperations(MigrationService migrations)
{
    internal static bool Handles(ControlRequest request) => request.Operation is
        ControlOperations.Migrate or ControlOperations.Receive or ControlOperations.SendOverDescriptors or ControlOperations.ReceiveOverDescriptors;

    /// <summary>Sends the lines of the answer and returns the last one.</summary>
    internal async Task<string> Answer(
        Socket client, ControlRequest request, Func<IEnumerable<string>, Task> send, Func<CancellationTokenSource> whenGone)
    {
        switch (request.Operation)
        {
            case ControlOperations.Migrate:
                return await Migrate(request, send, whenGone, migrations.Migrate);
            case ControlOperations.Receive:
                await send(["go"]);
                return Ended(await OnThread(() => migrations.Receive(new PeerStream(client, ownsSocket: false))));
        }

        if (await ReceiveStream(client, send) is not { } stream)
        {
            return ".error no descriptors were sent\n";
        }

        if (request.Operation == ControlOperations.SendOverDescriptors)
        {
            return await Migrate(
                request, send, whenGone, (order, observer, cancelled) => migrations.Send(order, stream, request.OneWay, observer, cancelled));
        }

        MigrationAddress? target = MigrationAddress.Parse(request.Target ?? "", out string? problem);
        using CancellationTokenSource gone = whenGone();
        return Ended(target is null ? problem : await OnThread(() => migrations.Receive(stream, target, gone.Token)));
    }

    private static async Task<string> Migrate(
        ControlRequest request,
        Func<IEnumerable<string>, Task> send,
        Func<CancellationTokenSource> whenGone,
        Func<MigrationOrder, Action<MigrationEvent>, CancellationToken, (bool Ok, string? Problem)> run)
    {
        MigrationPolicy otherwise = MigrationPolicy.Default;
        var policy = new MigrationPolicy(
            Math.Clamp(request.MaxRounds ?? otherwise.MaxRounds, 1, 1_000_000),
            request.DowntimeMilliseconds is { } downtime ? TimeSpan.FromMilliseconds(Math.Max(0, downtime)) : otherwise.DowntimeTarget,
            Math.Max(0, request.BytesPerSecond ?? otherwise.BytesPerSecond));
        using CancellationTokenSource gone = whenGone();
        (bool ok, string? problem) = await OnThread(() => run(
            new MigrationOrder(request.Name ?? "", request.Target ?? "-/-", policy, request.Unchecked),
            happened => Tell(send, happened),
            gone.Token));
        return ok ? ".ok\n" : $".error {problem}\n";
    }

    /// <summary>A client that is gone does not disturb the migration here; it is cancelled elsewhere.</summary>
    private static void Tell(Func<IEnumerable<string>, Task> send, MigrationEvent happened)
    {
        try
        {
            send([JsonSerializer.Serialize(happened, ControlJson.Default.MigrationEvent)]).GetAwaiter().GetResult();
        }
        catch (Exception gone) when (gone is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // See above.
        }
    }

    private static async Task<Stream?> ReceiveStream(Socket client, Func<IEnumerable<string>, Task> send)
    {
        await send(["send"]);
        if (!client.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead))
        {
            return null;
        }

        Result<FileDescriptor[]> received = FdSocket.ReceiveDescriptors(client.SafeHandle);
        return received.TryGet(out FileDescriptor[] descriptors) && descriptors.Length == 2
            ? new DescriptorStream(descriptors[0], descriptors[1])
            : null;
    }

    /// <summary>Migrations block; they do not borrow threads of the pool, which the control socket needs.</summary>
    private static Task<T> OnThread<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception bug)
            {
                done.SetException(bug);
            }
        })
        { IsBackground = true, Name = "migration" }.Start();
        return done.Task;
    }

    private static string Ended(string? problem) => problem is null ? ".ok\n" : $".error {problem}\n";
}
