using VfioMigration.Uapi;
using VfioMigration.Vmm.Devices;
using VfioMigration.Vmm.Guests;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Source;

/// <summary>
/// The sending side of one migration: check, pre-copy rounds, stop-copy, hand-over. Until the target was given the word to run the guest,
/// everything that fails ends with the guest running here.
/// </summary>
/// <param name="subject">What moves.</param>
/// <param name="description">What the target is told.</param>
/// <param name="peer">The way to the target.</param>
/// <param name="policy">When to stop.</param>
/// <param name="ledger">Of the migrations this process is the source of.</param>
/// <param name="clock">For rates and downtime.</param>
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
    private readonly MigrationProgress progress = new(clock, observer);
    private readonly DeviceSaver saver = DeviceSaver.For(subject.Device);
    private bool? ranWhenStopped;
    private bool wasRefused;

    /// <summary>
    /// Runs the migration to its end. Cancelling it is a failure like any other. The result never throws; sentences for people go to the observer.
    /// </summary>
    public MigrationResult Run(CancellationToken cancelled)
    {
        ledger.Begin(description.Id);
        try
        {
            Result<Stream> connected = peer.Connect();
            if (!connected.TryGet(out Stream stream, out Errno error))
            {
                return Fail($"{peer.Name}: {error.Text()} ({error.Name()})");
            }

            using var sections = new SectionStream(stream);
            using CancellationTokenRegistration abort = cancelled.Register(stream.Dispose);
            return Run(sections, cancelled);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            return Fail(cancelled.IsCancellationRequested ? "cancelled" : error.Message);
        }
    }

    private MigrationResult Run(SectionStream sections, CancellationToken cancelled)
    {
        progress.Begin(MigrationPhase.Check, 0);
        sections.Send(SectionType.Description, MigrationDescriptionFormat.Write(description));
        sections.Flush();
        Expect(sections, SectionType.Accepted);
        using (var sender = new StateSender(subject, saver, sections, policy, clock, progress, cancelled))
        {
            sender.PreCopy();
            try
            {
                sender.StopCopy();
            }
            finally
            {
                ranWhenStopped = sender.GuestRan;
            }
        }

        progress.Begin(MigrationPhase.Resume, sections.SentBytes);
        Expect(sections, SectionType.Ready);
        progress.Begin(MigrationPhase.Switchover, sections.SentBytes);
        return HandOver(sections);
    }

    /// <summary>
    /// From the first byte of the commit on the target decides. If its answer is lost, it is asked again on a new connection; a refusal is an
    /// answer.
    /// </summary>
    private MigrationResult HandOver(SectionStream sections)
    {
        subject.Guest?.HandOver(ledger, description.Id);
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
                : description.OneWay ? Doubt(lost.Message)
                : Ask(lost.Message);
        }

        return Complete();
    }

    private MigrationResult Ask(string reason)
    {
        progress.Say($"{reason}; asking {peer.Name} who has the guest");
        return OutcomeQuestion.Ask(peer, description.Id, clock) switch
        {
            MigrationOutcome.Taken => Complete(),
            MigrationOutcome.Abandoned => TakeBack(reason),
            _ => Doubt(reason),
        };
    }

    private MigrationResult TakeBack(string reason)
    {
        subject.Guest?.Become(GuestStatus.Paused);
        return Fail(reason);
    }

    private MigrationResult Complete()
    {
        ledger.Abandon(description.Id);
        saver.Finish();
        subject.Guest?.Release();
        progress.Done(description.OneWay ? "handed over; the other side does not answer on this stream" : "the guest runs on the target");
        return MigrationResult.Completed;
    }

    private MigrationResult Doubt(string reason)
    {
        saver.Finish();
        subject.Guest?.Release();
        progress.Fail(
            $"{reason}; nobody can say whether the target has the guest. It stands still here: "
            + "when the target does not run it, 'vfiomig guest resume' gives it back; 'vfiomig guest stop' gives it to the target");
        return MigrationResult.InDoubt;
    }

    private MigrationResult Fail(string reason)
    {
        bool hadNothingToUndo =
            subject.Device.Migration!.State == Uapi.Vfio.VfioDeviceState.VFIO_DEVICE_STATE_RUNNING && subject.Device.MigrationRegion is null;
        bool isIntact = hadNothingToUndo || saver.Abandon();
        bool shouldRun = ranWhenStopped ?? subject.Guest?.Status == GuestStatus.Running;
        subject.Guest?.Release();
        bool runs = shouldRun && subject.Guest?.Resume() == Errno.None;
        ledger.TryTake(description.Id);
        progress.Fail($"{reason}; {Consequence(runs, shouldRun, isIntact)}");
        return MigrationResult.Failed;
    }

    private static string Consequence(bool runs, bool shouldRun, bool isIntact) =>
        !isIntact ? $"the device had to be reset{(runs ? ", the guest runs here with it" : "")}"
        : runs ? "the guest runs here as before"
        : shouldRun ? "the guest stays here, but does not run"
        : "nothing has changed here";

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
                SectionType.Refused => $"the target refuses: {System.Text.Encoding.UTF8.GetString(payload)}",
                null => "the target closed the connection",
                _ => $"the target answered {type} where {expected} belongs",
            });
        }
    }
}
