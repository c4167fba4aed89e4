using VfioMigration.Uapi;
using VfioMigration.Vmm.Devices;
using VfioMigration.Vmm.Guests;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Source;

/// <summary>
/// The sending side of one migration: check, pre-copy rounds, stop-copy, hand-over. Until the guest was committed to the target,
/// everything that fails ends with the guest running here.
/// </summary>
/// <param name="subject">What moves.</param>
/// <param name="description">What is sent to the target.</param>
/// <param name="peer">The way to the target.</param>
/// <param name="policy">When to stop.</param>
/// <param name="ledger">Of the migrations this process is the source of.</param>
/// <param name="clock">For rates, downtime and limits.</param>
/// <param name="observer">Told what happens, on the thread that runs the migration.</param>
public sealed class MigrationSource(
    MigrationSubject subject,
    MigrationDescription description,
    IMigrationPeer peer,
    MigrationPolicy policy,
    MigrationLedger ledger,
    TimeProvider clock,
    IMigrationObserver observer)
{
    /// <summary>Characters of the other side's words that are shown.</summary>
    private const int MaxReason = 1024;

    private readonly MigrationProgress progress = new(clock, observer);
    private readonly DeviceSaver saver = DeviceSaver.For(subject.Device);
    private bool ran;
    private bool wasRefused;
    private bool wasCommitted;

    /// <summary>
    /// Runs the migration to its end. Cancelling it, or stopping its guest, is a failure like any other, unless the commit was already sent:
    /// then only stopping the guest ends the wait for the answer. Never throws for what target, device or guest do; sentences for people go to the observer.
    /// </summary>
    public MigrationResult Run(CancellationToken cancelled)
    {
        if (subject.Guest is { } guest && !guest.TryEnter())
        {
            progress.Fail("the guest is being set up or stopped");
            return MigrationResult.Failed;
        }

        ledger.TryBegin(description.Id);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancelled, subject.Stopping);
        try
        {
            return Connect(either.Token);
        }
        catch (Exception error) when (!wasCommitted && error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            return Fail(subject.Stopping.IsCancellationRequested ? "stopped" : cancelled.IsCancellationRequested ? "cancelled"
                : error is StreamProblem ? error.Message
                : $"the connection to the target was lost ({error.Message})");
        }
        catch (Exception bug)
        {
            string reason = $"{bug.GetType().Name}: {bug.Message}";
            return wasCommitted ? EndInDoubt(reason) : Fail(reason);
        }
        finally
        {
            subject.Guest?.Leave();
        }
    }

    private MigrationResult Connect(CancellationToken cancelled)
    {
        if (!peer.Connect(cancelled).TryGet(out Stream stream, out Errno error))
        {
            cancelled.ThrowIfCancellationRequested();
            return Fail($"{peer.Name}: {peer.Problem ?? $"{error.Text()} ({error.Name()})"}");
        }

        using var sections = new SectionStream(stream, clock);
        using (cancelled.Register(sections.Abort))
        {
            try
            {
                Transfer(sections, cancelled);
            }
            catch (Exception lost) when (lost is IOException and not StreamProblem && !cancelled.IsCancellationRequested && FindRefusal(sections) is { } refusal)
            {
                throw new StreamProblem(refusal, lost);
            }
        }

        cancelled.ThrowIfCancellationRequested();
        using (subject.Stopping.Register(sections.Abort))
        {
            return HandOver(sections);
        }
    }

    private void Transfer(SectionStream sections, CancellationToken cancelled)
    {
        progress.Begin(MigrationPhase.Check, 0);
        sections.Send(SectionType.Description, MigrationDescriptionFormat.Write(description));
        sections.Flush();
        Expect(sections, SectionType.Accepted);
        using (var sender = new StateSender(subject, saver, sections, policy, clock, progress, cancelled))
        {
            bool returned = subject.Device.Guard.Calls.Run(() =>
            {
                sender.PreCopy();
                sender.StopCopy();
            });
            ran = sender.GuestRan;
            if (!returned)
            {
                throw new StreamProblem($"{subject.Device.Device.Name}: the driver did not return in time; the kernel log has the call");
            }
        }

        progress.Begin(MigrationPhase.Resume, sections.SentBytes);
        Expect(sections, SectionType.Ready);
        progress.Begin(MigrationPhase.Switchover, sections.SentBytes);
    }

    /// <summary>
    /// From the first byte of the commit on the target decides. If its answer is lost, it is queried on a new connection; a refusal is an
    /// answer.
    /// </summary>
    private MigrationResult HandOver(SectionStream sections)
    {
        subject.Guest?.HandOver(ledger, description.Id);
        wasCommitted = true;
        try
        {
            sections.Send(SectionType.Commit);
            sections.Flush();
            if (!description.OneWay)
            {
                Expect(sections, SectionType.Confirmed);
            }
        }
        catch (Exception lost) when (lost is IOException or ObjectDisposedException)
        {
            return wasRefused ? TakeBack(lost.Message)
                : lost is not StreamProblem && FindRefusal(sections) is { } refusal ? TakeBack(refusal)
                : description.OneWay ? EndInDoubt(lost.Message)
                : QueryOutcome(lost.Message);
        }

        return Complete(sections.SentBytes);
    }

    private MigrationResult QueryOutcome(string reason)
    {
        progress.Report($"{reason}; asking {peer.Name} which side has {Subject}");
        return OutcomeQuery.Send(peer, description.Id, clock, subject.Stopping) switch
        {
            MigrationOutcome.Taken => Complete(sentBytes: null),
            MigrationOutcome.Abandoned => TakeBack(reason),
            _ => EndInDoubt(reason),
        };
    }

    private string Subject => subject.Guest is null ? "the device's state" : "the guest";

    private MigrationResult TakeBack(string reason)
    {
        subject.Guest?.Reclaim();
        return Fail(reason);
    }

    private MigrationResult Complete(long? sentBytes)
    {
        bool isKept = description.OneWay && subject.Guest is not null;
        if (!isKept)
        {
            ledger.Abandon(description.Id);
        }

        saver.Finish();
        subject.Guest?.Release();
        string what = isKept ? "handed over; this stream carries no confirmation. The guest is stopped here until 'vfiomig guest stop' discards it or 'vfiomig guest resume' takes it back"
            : description.OneWay ? "handed over; this stream carries no confirmation"
            : subject.Guest is null ? "the device's state was moved to the target"
            : ran ? "the guest runs on the target"
            : "the guest is on the target, paused as on the source";
        progress.Done(what, policy, sentBytes, ran);
        return isKept ? MigrationResult.HandedOver : MigrationResult.Completed;
    }

    private MigrationResult EndInDoubt(string reason)
    {
        saver.Finish();
        subject.Guest?.Release();
        progress.Fail(
            subject.Guest is null
                ? $"{reason}; whether the target has the device's state is unknown"
                : $"{reason}; whether the target has the guest is unknown. It is stopped here: "
                    + "if the target does not run it, resume it here with 'vfiomig guest resume'; otherwise discard it with 'vfiomig guest stop'");
        return MigrationResult.InDoubt;
    }

    private MigrationResult Fail(string reason)
    {
        bool hadNothingToUndo =
            subject.Device.Migration!.State == Uapi.Vfio.VfioDeviceState.VFIO_DEVICE_STATE_RUNNING && subject.Device.MigrationRegion is null;
        string? loss = hadNothingToUndo ? null : saver.Abandon();
        if (loss is not null)
        {
            subject.Guest?.Fail(loss);
        }

        subject.Guest?.Release();
        ledger.TryTake(description.Id);
        progress.Fail($"{reason}; {Consequence(loss)}");
        return MigrationResult.Failed;
    }

    private string Consequence(string? loss) => subject.Guest switch
    {
        null => loss ?? "the source is unchanged",
        { Stopping.IsCancellationRequested: true } => "the guest was stopped on the source",
        { Status: GuestStatus.Running } => "the guest keeps running on the source",
        { Status: GuestStatus.Paused } => "the guest stays on the source, paused",
        { Problem: var problem } => $"the guest stays on the source, but does not run: {problem}",
    };

    /// <summary>
    /// A target that gives up says why and closes; a sender sees the closed connection first, and the reason is still to be read. Null when there is none.
    /// </summary>
    private string? FindRefusal(SectionStream sections)
    {
        if (description.OneWay)
        {
            return null;
        }

        try
        {
            SectionType? type;
            do
            {
                type = sections.Receive(out ReadOnlySpan<byte> payload);
                wasRefused = type == SectionType.Refused;
                if (wasRefused)
                {
                    return Refusal(payload);
                }
            }
            while (type is not null);
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException)
        {
            // The target has not said anything.
        }

        return null;
    }

    private static string Refusal(ReadOnlySpan<byte> payload) =>
        $"the target refused: {PrintableText.Escape(System.Text.Encoding.UTF8.GetString(payload), MaxReason)}";

    private void Expect(SectionStream sections, SectionType expected)
    {
        if (description.OneWay)
        {
            return;
        }

        SectionType? type = sections.Receive(out ReadOnlySpan<byte> payload);
        if (type != expected)
        {
            wasRefused = type == SectionType.Refused;
            throw new StreamProblem(type switch
            {
                SectionType.Refused => Refusal(payload),
                null => expected == SectionType.Accepted
                    ? "the target closed the connection before it answered; it may require TLS, or not be a migration target"
                    : "the target closed the connection",
                _ => $"unexpected answer {type} from the target, expected {expected}",
            });
        }
    }
}
