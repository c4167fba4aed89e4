using System.Net.Sockets;

namespace VfioMigration.Daemon.Migration;

/// <summary>
/// Connections whose other side has not proven who it is. They take no slot of those that have; when there are too many, the oldest is closed, so that silent ones lock nobody out.
/// </summary>
internal sealed class PendingConnections
{
    internal const int Max = 64;

    /// <summary>Guards the list; a leaf.</summary>
    private readonly Lock gate = new();
    private readonly LinkedList<Socket> pending = new();

    /// <summary>Pairs with <see cref="Remove"/>.</summary>
    internal void Add(Socket client)
    {
        Socket? oldest = null;
        lock (gate)
        {
            pending.AddLast(client);
            if (pending.Count > Max)
            {
                oldest = pending.First!.Value;
                pending.RemoveFirst();
            }
        }

        oldest?.Dispose();
    }

    internal void Remove(Socket client)
    {
        lock (gate)
        {
            pending.Remove(client);
        }
    }
}
