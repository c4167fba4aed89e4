using System.Threading.Channels;

namespace VfioMigration.Sysfs;

/// <summary>A bounded stream of records for one reader; the oldest are dropped when it falls behind. Ends when disposed.</summary>
public sealed class Subscription<T> : IDisposable
{
    private readonly Channel<T> channel;
    private readonly Action<ChannelWriter<T>> unsubscribe;

    internal Subscription(Channel<T> channel, Action<ChannelWriter<T>> unsubscribe)
    {
        this.channel = channel;
        this.unsubscribe = unsubscribe;
    }

    public ChannelReader<T> Reader => channel.Reader;

    public void Dispose()
    {
        unsubscribe(channel.Writer);
        channel.Writer.TryComplete();
    }
}
