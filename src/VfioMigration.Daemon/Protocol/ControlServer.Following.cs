using System.Net.Sockets;

using VfioMigration.Control;
using VfioMigration.Lab;
using VfioMigration.Sysfs;

namespace VfioMigration.Daemon.Protocol;

/// <summary>Answers that go on while things happen.</summary>
public sealed partial class ControlServer
{
    private static async Task SendKernelLog(Socket client, Host host, ControlRequest request, CancellationToken stopping)
    {
        if (!request.Follow)
        {
            await SendLines(client, host.Core.Log.Snapshot().Select(Line), stopping);
            return;
        }

        using Subscription<KernelLogRecord> records = host.Core.Log.Follow(withKept: true);
        using CancellationTokenSource gone = WhenGone(client, stopping);
        await foreach (KernelLogRecord record in records.Reader.ReadAllAsync(gone.Token))
        {
            await SendLines(client, [Line(record)], stopping);
        }

        string Line(KernelLogRecord record) => request.WithTime ? record.ToString() : record.Text;
    }

    private static async Task SendUevents(Socket client, Host host, CancellationToken stopping)
    {
        using Subscription<Uevent> uevents = host.Core.Tree.Uevents.Subscribe();
        using CancellationTokenSource gone = WhenGone(client, stopping);
        await SendLines(client, [""], stopping);
        await foreach (Uevent uevent in uevents.Reader.ReadAllAsync(gone.Token))
        {
            await SendLines(client, [uevent.Header, .. uevent.Variables, $"SEQNUM={uevent.SeqNum}", ""], stopping);
        }
    }

    /// <summary>Cancelled when the client closes its end or the daemon stops.</summary>
    private static CancellationTokenSource WhenGone(Socket client, CancellationToken stopping)
    {
        var gone = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _ = client.ReceiveAsync(new byte[1].AsMemory(), stopping).AsTask().ContinueWith(
            _ => gone.Cancel(),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return gone;
    }
}
