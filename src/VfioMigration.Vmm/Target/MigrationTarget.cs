using System.Text;

using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Workloads;
using VfioMigration.Vmm.Guests;
using VfioMigration.Vmm.Source;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Target;

/// <summary>
/// The receiving side of one migration, and the one that answers what became of others. The guest runs here only after everything
/// arrived, was checked, and the source gave it away.
/// </summary>
/// <param name="host">The process.</param>
/// <param name="taken">The ledger of the migrations this process is the target of.</param>
/// <param name="given">The ledger of the migrations this process is the source of.</param>
/// <param name="clock">For waiting.</param>
public sealed class MigrationTarget(IMigrationHost host, MigrationLedger taken, MigrationLedger given, TimeProvider clock)
{
    private const string StoppedHere = "the guest was stopped on the target";

    /// <summary>
    /// Serves one connection to its end. Null when all went well, else an error message. Never throws for what the other side does.
    /// </summary>
    public string? Serve(Stream stream)
    {
        using var sections = new SectionStream(stream, clock);
        try
        {
            switch (sections.Receive(out ReadOnlySpan<byte> payload))
            {
                case SectionType.Description:
                    MigrationDescription description = MigrationDescriptionFormat.Read(payload);

                    // Nobody asks about a stream without a way back, and a file may be loaded more than once.
                    return Take(sections, description.OneWay ? description with { Id = Guid.NewGuid() } : description);
                case SectionType.Query when payload.Length == OutcomeQuery.PayloadSize:
                    Answer(sections, OutcomeQuery.IdOf(payload), OutcomeQuery.IsToTarget(payload));
                    return null;
                case null:
                    return "the stream is empty";
                case var other:
                    return $"unexpected first section {other}";
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            return error.Message;
        }
    }

    /// <summary>
    /// A query of the source about what it sent: if the guest was not taken, it never will be. A query of the target about what it received: nothing is
    /// decided by that.
    /// </summary>
    private void Answer(SectionStream sections, Guid id, bool asTarget)
    {
        MigrationOutcome outcome = asTarget ? taken.Abandon(id) : given.Find(id);
        sections.Send(SectionType.Outcome, [(byte)outcome]);
        sections.Flush();
    }

    private string? Take(SectionStream sections, MigrationDescription description)
    {
        if (host.FindTarget(description, out string? refusal) is not { } device)
        {
            Refuse(sections, description, refusal!);
            host.Report(description, $"migration from {description.Source} refused: {refusal}");
            return refusal;
        }

        if (!Prepare(device, description).TryGet(out StateReceiver receiver, out Errno error))
        {
            string reason = $"{device.Device.Name} cannot receive a state: {error.Text()} ({device.Guard.NameOf(error)})";
            Refuse(sections, description, reason);
            return reason;
        }

        if (!taken.TryBegin(description.Id))
        {
            receiver.Abandon();
            Refuse(sections, description, "a migration with this identifier has been here before");
            return "duplicate identifier of a migration";
        }

        string? problem = TakeOver(sections, receiver, description);
        if (problem is null)
        {
            taken.TryTake(description.Id);
            receiver.Leave();
            TryReply(sections, description, SectionType.Confirmed);
            host.Report(description, $"migrated from {description.Source}");
            return null;
        }

        taken.GiveBack(description.Id);
        receiver.Abandon();
        host.Report(description, $"migration from {description.Source} failed: {problem}");
        Refuse(sections, description, problem);
        return problem;
    }

    /// <summary>Null when the guest is here and runs if it ran before, else why it is not. Nothing can fail after it began to run.</summary>
    private string? TakeOver(SectionStream sections, StateReceiver receiver, MigrationDescription description)
    {
        try
        {
            using (receiver.Stopping.Register(sections.StopReceiving))
            {
                Reply(sections, description, SectionType.Accepted);
                receiver.Receive(sections);
                if (!WaitForCommit(sections, receiver, description) || !taken.TryClaim(description.Id))
                {
                    return receiver.Stopping.IsCancellationRequested ? StoppedHere : "the source kept the guest";
                }
            }

            Errno error = receiver.Run();
            if (error == Errno.None)
            {
                return null;
            }

            host.Report(description, $"migration from {description.Source}: the device does not run: {receiver.NameOf(error)}");
            return receiver.Stopping.IsCancellationRequested ? StoppedHere : $"the device did not start: {error.Text()} ({receiver.NameOf(error)})";
        }
        catch (Exception lost) when (lost is IOException or ObjectDisposedException)
        {
            return receiver.Stopping.IsCancellationRequested ? StoppedHere : lost.Message;
        }
        catch (Exception bug)
        {
            return $"{bug.GetType().Name}: {bug.Message}";
        }
    }

    private Result<StateReceiver> Prepare(VfioDevice device, MigrationDescription description) => description.MemoryMegabytes switch
    {
        0 => StateReceiver.Begin(host, device, null),
        < 0 or > GuestOptions.MaxMemoryMegabytes => Errno.ENOMEM,
        _ => StateReceiver.Begin(
            host,
            device,
            new GuestOptions(
                description.MemoryMegabytes, Math.Max(0, description.StepsPerSecond), new WorkloadOptions(description.Seed, description.Pattern))),
    };

    /// <summary>
    /// Reports that everything was loaded. True when the guest was given to this side. When the connection ends or breaks, the source is queried; a
    /// source that has exited has given.
    /// </summary>
    private bool WaitForCommit(SectionStream sections, StateReceiver receiver, MigrationDescription description)
    {
        try
        {
            Reply(sections, description, SectionType.Ready);
            if (sections.Receive(out _) is { } word)
            {
                return word == SectionType.Commit;
            }
        }
        catch (Exception lost) when (lost is IOException or ObjectDisposedException)
        {
            // As at an end: the commit may have been sent.
        }

        return QuerySource(description, receiver.Stopping);
    }

    /// <summary>
    /// True when the source has given the guest away, or has exited. Without an answer within <see cref="MigrationLimits.Outcome"/> the target gives up: until the
    /// target has taken the guest, giving up is safe.
    /// </summary>
    private bool QuerySource(MigrationDescription description, CancellationToken cancelled)
    {
        if (description.Origin is null || host.FindOrigin(description.Origin) is not { } origin)
        {
            return false;
        }

        long began = clock.GetTimestamp();
        while (taken.Find(description.Id) == MigrationOutcome.Undecided && clock.GetElapsedTime(began) < MigrationLimits.Outcome && !cancelled.IsCancellationRequested)
        {
            Result<Stream> connected = origin.Connect(cancelled);
            if (connected.Error is Errno.ECONNREFUSED or Errno.ENOENT)
            {
                return true;
            }

            switch (connected.TryGet(out Stream stream) ? OutcomeQuery.SendOnce(stream, description.Id, toTarget: false, clock, cancelled) : null)
            {
                case MigrationOutcome.Taken:
                    return false;
                case MigrationOutcome.Abandoned:
                    return true;
            }

            OutcomeQuery.Delay(clock, cancelled);
        }

        return false;
    }

    private static void Reply(SectionStream sections, MigrationDescription description, SectionType type, ReadOnlySpan<byte> payload = default)
    {
        if (!description.OneWay)
        {
            sections.Send(type, payload);
            sections.Flush();
        }
    }

    /// <summary>The last word of this side.</summary>
    private static void Refuse(SectionStream sections, MigrationDescription description, string reason)
    {
        if (TryReply(sections, description, SectionType.Refused, Encoding.UTF8.GetBytes(reason)) && !description.OneWay)
        {
            sections.Linger();
        }
    }

    private static bool TryReply(SectionStream sections, MigrationDescription description, SectionType type, ReadOnlySpan<byte> payload = default)
    {
        try
        {
            Reply(sections, description, type, payload);
            return true;
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // The other side has closed the connection.
            return false;
        }
    }
}
