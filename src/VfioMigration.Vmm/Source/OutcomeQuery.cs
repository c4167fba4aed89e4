using VfioMigration.Uapi;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Source;

/// <summary>Queries the other side for the outcome of a migration whose connection was lost.</summary>
internal static class OutcomeQuery
{
    /// <summary>Identifier and the queried side.</summary>
    internal const int PayloadSize = 17;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The answer; abandoned when the peer does not exist any more, for then the guest does not run there; undecided when no answer could be had, or it was
    /// cancelled.
    /// </summary>
    internal static MigrationOutcome Send(IMigrationPeer peer, Guid id, TimeProvider clock, CancellationToken cancelled)
    {
        long began = clock.GetTimestamp();
        while (clock.GetElapsedTime(began) < MigrationLimits.Outcome && !cancelled.IsCancellationRequested)
        {
            Result<Stream> connected = peer.Connect(cancelled);
            if (connected.TryGet(out Stream stream) && SendOnce(stream, id, toTarget: true, clock, cancelled) is { } outcome and not MigrationOutcome.Undecided)
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

            Delay(clock, cancelled);
        }

        return MigrationOutcome.Undecided;
    }

    /// <summary>Between two queries; ends early when cancelled.</summary>
    internal static void Delay(TimeProvider clock, CancellationToken cancelled)
    {
        try
        {
            Task.Delay(Interval, clock, cancelled).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // The caller looks at the token.
        }
    }

    internal static Guid IdOf(ReadOnlySpan<byte> payload) => new(payload[..16]);

    /// <summary>True when the target is queried, false for the source.</summary>
    internal static bool IsToTarget(ReadOnlySpan<byte> payload) => payload[16] != 0;

    /// <summary>Null when the connection broke before the answer, or the question was cancelled.</summary>
    internal static MigrationOutcome? SendOnce(Stream stream, Guid id, bool toTarget, TimeProvider clock, CancellationToken cancelled)
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
