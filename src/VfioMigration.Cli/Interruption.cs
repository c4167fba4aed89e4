using System.Runtime.InteropServices;

namespace VfioMigration.Cli;

/// <summary>SIGINT and SIGTERM of a command that has something to say before it ends: the first one is passed on, the next one ends the command.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly PosixSignalRegistration[] signals;
    private int count;

    /// <param name="interrupted">On another thread; once.</param>
    internal Interruption(Action interrupted) =>
        signals = [.. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM]).Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            if (Interlocked.Increment(ref count) == 1)
            {
                context.Cancel = true;
                interrupted();
            }
        }))];

    public void Dispose() => Array.ForEach(signals, static signal => signal.Dispose());
}
