using VfioMigration.Uapi;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Source;

/// <summary>Asks the other side what became of a migration whose connection was lost.</summary>
internal static class OutcomeQuestion
{
    /// <summary>Identifier and who is asked.</summary>
    internal const int PayloadSize = 17;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The answer; abandoned when nobody is there any more, for then nobody runs the guest there; undecided when no answer could be had, or it was
    /// cancelled.
    /// </summary>
    internal static MigrationOutcome Ask(IMigrationPeer peer, Guid id, TimeProvider clock, CancellationToken cancelled)
    {
        long began = clock.GetTimestamp();
        while (clock.GetElapsedTime(began) < MigrationLimits.Outcome && !cancelled.IsCancellationRequested)
        {
            Result<Stream> connected = peer.Connect(cancelled);
            if (connected.TryGet(out Stream stream) && AskOnce(stream, id, toTarget: true, clock, cancelled) is { } outcome and not MigrationOutcome.Undecided)
            {
                return outcome;
            }

            switch (connected.Error)
            {
                case Errno.ECONNREFUSED or Errno.ENOENT:
                    return MigrationOutcome.Abandoned;
                case Errno.ENOTCONN:
                    return MigrationOutcome.Undecided;
            }

            Rest(clock, cancelled);
        }

        return MigrationOutcome.Undecided;
    }

    /// <summary>Between two questions; ends early when cancelled.</summary>
    internal static void Rest(TimeProvider clock, CancellationToken cancelled)
    {
        try
        {
            Task.Delay(Pause, clock, cancelled).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // The caller looks at the token.
        }
    }

    internal static Guid IdOf(ReadOnlySpan<byte> payload) => new(payload[..16]);

    /// <summary>True when the one asked is the target, false when it is the source.</summary>
    internal static bool IsToTarget(ReadOnlySpan<byte> payload) => payload[16] != 0;

    /// <summary>Null when the connection broke before the answer, or the question was cancelled.</summary>
    internal static MigrationOutcome? AskOnce(Stream stream, Guid id, bool toTarget, TimeProvider clock, CancellationToken cancelled)
    {
        try
        {
            using var sections = new SectionStream(stream, clock);
            using CancellationTokenRegistration abort = cancelled.Register(sections.Abort);
            sections.Send(SectionType.Query, [.. id.ToByteArray(), toTarget ? (byte)1 : (byte)0]);
            sections.Flush();
            return sections.Receive(out ReadOnlySpan<byte> payload) == SectionType.Outcome && payload.Length == 1
                ? (MigrationOutcome)payload[0]
                : null;
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            return null;
        }
    }
}
