using System.Net.Sockets;
using System.Threading.Channels;
using VfioMigration.Control;
using VfioMigration.Control.Answers;
using VfioMigration.Control.Requests;
using VfioMigration.Daemon.Migration;
using VfioMigration.Vmm;

namespace VfioMigration.Daemon.Protocol;

/// <summary>The operations that move a device.</summary>
internal sealed class MigrationOperations(MigrationService migrations)
{
    /// <summary>Events that a client has not read yet. When there are more the oldest are dropped: a client that does not read does not delay a guest.</summary>
    private const int MaxUnread = 4096;

    private const int MaxRounds = 1_000_000;

    internal void Bind(ControlHandlers handlers)
    {
        handlers.Bind(ControlTable.Migrate, Migrate);
        handlers.Bind(ControlTable.SendDescriptors, SendDescriptors);
        handlers.Bind(ControlTable.Receive, Receive);
        handlers.Bind(ControlTable.ReceiveDescriptors, ReceiveDescriptors);
    }

    private async Task<string?> Migrate(MigrateRequest request, ControlReply<MigrateRequest, MigrationEvent> reply)
    {
        if (MigrationAddress.Parse(request.Target, out string? problem) is not { } target || ReadPolicy(request, out problem) is not { } policy)
        {
            return problem;
        }

        var order = new MigrationOrder(request.Host, request.Device, policy, request.Unchecked);
        return await Follow(reply, (observer, cancelled) => migrations.Migrate(order, target, observer, cancelled));
    }

    private async Task<string?> SendDescriptors(SendDescriptorsRequest request, ControlReply<SendDescriptorsRequest, MigrationEvent> reply)
    {
        if (ReadPolicy(request, out string? problem) is not { } policy)
        {
            return problem;
        }

        (Stream? stream, problem) = await ReceiveStream(reply.Connection);
        if (stream is null)
        {
            return problem;
        }

        using (stream)
        {
            var order = new MigrationOrder(request.Host, request.Device, policy, request.Unchecked);
            return await Follow(reply, (observer, cancelled) => migrations.Send(order, stream, request.OneWay, observer, cancelled));
        }
    }

    private async Task<string?> Receive(ReceiveRequest request, ControlReply<ReceiveRequest, NoAnswer> reply)
    {
        await reply.Connection.Ready();
        return await OnThread(() => migrations.Receive(new PeerStream(reply.Connection.Socket, ownsSocket: false), isOfThisUser: true));
    }

    private async Task<string?> ReceiveDescriptors(ReceiveDescriptorsRequest request, ControlReply<ReceiveDescriptorsRequest, NoAnswer> reply)
    {
        (Stream? stream, string? problem) = await ReceiveStream(reply.Connection);
        if (stream is null)
        {
            return problem;
        }

        using ClientWatch watch = reply.Connection.Watch();
        return await OnThread(() => migrations.Receive(stream, new MigrationAddress(null, request.Host, request.Device), cancelled: watch.Gone));
    }

    private static MigrationPolicy? ReadPolicy(IOutgoingMigration request, out string? problem)
    {
        problem = request.MaxRounds is < 1 or > MaxRounds ? $"field 'max_rounds' must be from 1 to {MaxRounds}"
            : request.DowntimeMilliseconds < 0 ? "field 'downtime_milliseconds' must not be negative"
            : request.BytesPerSecond < 0 ? "field 'bytes_per_second' must not be negative"
            : null;
        MigrationPolicy defaults = MigrationPolicy.Default;
        return problem is not null ? null : new MigrationPolicy(
            request.MaxRounds ?? defaults.MaxRounds,
            request.DowntimeMilliseconds is { } downtime ? TimeSpan.FromMilliseconds(downtime) : defaults.DowntimeTarget,
            request.BytesPerSecond ?? defaults.BytesPerSecond);
    }

    /// <summary>Runs a migration on a thread and sends its events meanwhile; a client that disconnects cancels it.</summary>
    internal static async Task<string?> Follow<TRequest>(
        ControlReply<TRequest, MigrationEvent> reply, Func<Action<MigrationEvent>, CancellationToken, (bool Ok, string? Problem)> run)
        where TRequest : class
    {
        var events = Channel.CreateBounded<MigrationEvent>(new BoundedChannelOptions(MaxUnread) { FullMode = BoundedChannelFullMode.DropOldest });
        using ClientWatch watch = reply.Connection.Watch();
        Task sending = SendAll(reply, events.Reader);
        try
        {
            (bool ok, string? problem) = await OnThread(() => run(happened => events.Writer.TryWrite(happened), watch.Gone));
            return ok ? null : problem;
        }
        finally
        {
            events.Writer.Complete();
            await sending;
        }
    }

    private static async Task SendAll<TRequest>(ControlReply<TRequest, MigrationEvent> reply, ChannelReader<MigrationEvent> events)
        where TRequest : class
    {
        try
        {
            await foreach (MigrationEvent happened in events.ReadAllAsync())
            {
                await reply.Send(happened);
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The migration continues to its end, which the watch of the client causes.
        }
    }

    private static async Task<(Stream? Stream, string? Problem)> ReceiveStream(ControlConnection connection)
    {
        (Posix.FileDescriptor[]? descriptors, string? problem) = await connection.ReceiveDescriptors(2);
        return (descriptors is null ? null : new DescriptorStream(descriptors[0], descriptors[1]), problem);
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
}
