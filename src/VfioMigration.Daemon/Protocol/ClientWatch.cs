using System.Net.Sockets;

namespace VfioMigration.Daemon.Protocol;

/// <summary>Says when a client closes its end, or sends something where nothing belongs; also when the daemon stops.</summary>
internal sealed class ClientWatch : IDisposable
{
    private readonly CancellationTokenSource gone = new();
    private readonly CancellationTokenSource ended;
    private readonly Task watching;

    internal ClientWatch(Socket client, CancellationToken stopping)
    {
        ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        watching = Watch(client, ended.Token);
    }

    /// <summary>Cancelled then.</summary>
    internal CancellationToken Gone => gone.Token;

    public void Dispose()
    {
        ended.Cancel();
        watching.GetAwaiter().GetResult();
        ended.Dispose();
        gone.Dispose();
    }

    private async Task Watch(Socket client, CancellationToken until)
    {
        try
        {
            await client.ReceiveAsync(new byte[1].AsMemory(), until);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Either way there is no client left to serve.
        }

        await gone.CancelAsync();
    }
}
