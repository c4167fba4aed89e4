using Microsoft.Extensions.Logging;

namespace VfioMigration.Fuse.Tests.Support;

/// <summary>Keeps what was logged and lets a test wait for it.</summary>
internal sealed class RecordingLogger : ILogger
{
    private readonly object gate = new();
    private readonly List<string> messages = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        lock (gate)
        {
            messages.Add(formatter(state, exception));
            Monitor.PulseAll(gate);
        }
    }

    internal int Count(string part)
    {
        lock (gate)
        {
            return messages.Count(message => message.Contains(part, StringComparison.Ordinal));
        }
    }

    /// <summary>True once that many messages contain the text.</summary>
    internal bool WaitFor(string part, TimeSpan timeout, int count = 1)
    {
        long end = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        lock (gate)
        {
            while (Count(part) < count)
            {
                long left = end - Environment.TickCount64;
                if (left <= 0 || !Monitor.Wait(gate, (int)left))
                {
                    return Count(part) >= count;
                }
            }

            return true;
        }
    }
}
