using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Workloads;
using VfioMigration.Vmm.Devices;
using VfioMigration.Vmm.Guests;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Source;

/// <summary>Sends memory and device: in rounds while they change, the rest when they are stopped.</summary>
internal sealed class StateSender : IDisposable
{
    private const int PagesPerSection = 256;
    private const int DeviceChunk = 1024 * 1024;

    /// <summary>What a device that has stopped may send at least, and at most, whatever it announced: an endless stream must not block a guest for ever.</summary>
    private const ulong MinDeviceAllowance = 1UL << 30;
    private const ulong MaxDeviceAllowance = 1UL << 34;

    private readonly MigrationSubject subject;
    private readonly DeviceSaver saver;
    private readonly SectionStream sections;
    private readonly MigrationPolicy policy;
    private readonly MigrationProgress progress;
    private readonly CancellationToken cancelled;
    private readonly BandwidthLimit limit;
    private readonly GuestMemory? memory;
    private readonly GuestDirtyLog? log;
    private readonly ulong[] toSend;

    internal StateSender(
        MigrationSubject subject,
        DeviceSaver saver,
        SectionStream sections,
        MigrationPolicy policy,
        TimeProvider clock,
        MigrationProgress progress,
        CancellationToken cancelled)
    {
        this.subject = subject;
        this.saver = saver;
        this.sections = sections;
        this.policy = policy;
        this.progress = progress;
        this.cancelled = cancelled;
        limit = new BandwidthLimit(policy.BytesPerSecond, clock);
        memory = subject.Guest?.Memory;
        log = memory is null ? null : new GuestDirtyLog(subject.Device, memory);
        toSend = new ulong[((memory?.Pages ?? 0) + 63) / 64];
    }

    private long PagesToSend => toSend.Sum(BitOperations.PopCount);

    /// <summary>Rounds until what is left is expected to fit into the downtime.</summary>
    internal void PreCopy()
    {
        progress.Begin(MigrationPhase.PreCopy, sections.SentBytes);
        Check(log?.Start() ?? Errno.None, "dirty tracking");
        Check(saver.BeginPreCopy(), "entering pre-copy");
        for (int page = 0; page < (memory?.Pages ?? 0); page++)
        {
            toSend[page / 64] |= 1UL << page;
        }

        for (int round = 1; round <= policy.MaxRounds; round++)
        {
            long left = SendRound(whileRunning: true);
            if (progress.Rate > 0 && left / progress.Rate <= policy.DowntimeTarget.TotalSeconds)
            {
                return;
            }
        }

        progress.Report($"after {policy.MaxRounds} rounds sending the rest is still expected to exceed the downtime target");
    }

    /// <summary>Whether the guest was running when it was stopped: its user may have paused or resumed it meanwhile.</summary>
    internal bool GuestRan { get; private set; }

    /// <summary>Stops the guest and sends everything that is left.</summary>
    internal void StopCopy()
    {
        progress.Begin(MigrationPhase.StopCopy, sections.SentBytes);
        GuestRan = subject.Guest?.Hold() ?? false;
        if (subject.Guest is { Status: GuestStatus.Failed, Problem: var failure })
        {
            throw new StreamProblem($"the guest has failed at {failure}");
        }

        progress.Stopped();
        Check(saver.StopAndCopy(), "stopping the device");
        Harvest();
        SendRound(whileRunning: false);
        if (subject.Guest is { } guest)
        {
            var writer = new StateWriter();
            guest.Workload.Save(writer);
            SendPieces(SectionType.GuestState, writer.Written);
        }

        Span<byte> end = stackalloc byte[sizeof(ulong) + 1];
        BinaryPrimitives.WriteUInt64LittleEndian(end, sections.SentSections);
        end[^1] = GuestRan ? (byte)1 : (byte)0;
        sections.Send(SectionType.End, end);
        sections.Flush();
    }

    public void Dispose() => log?.Dispose();

    /// <summary>Sends what is marked and what the device has; bytes that changed meanwhile.</summary>
    private long SendRound(bool whileRunning)
    {
        long pages = PagesToSend;
        progress.BeginRound(sections.SentBytes, (pages * Page.Size) + (long)Pending());
        SendMemory(whileRunning);
        SendDevice(whileRunning);
        sections.Flush();
        if (whileRunning)
        {
            Harvest();
        }

        long dirty = PagesToSend;
        progress.EndRound(sections.SentBytes, pages, dirty);
        return (dirty * Page.Size) + (long)Pending();
    }

    private void Harvest() => Check(log?.Harvest(MemoryMarshal.AsBytes(toSend.AsSpan())) ?? Errno.None, "reading the dirty pages");

    private void SendMemory(bool limited)
    {
        int most = limited ? limit.Piece(PagesPerSection * Page.Size, Page.Size) / Page.Size : PagesPerSection;
        for (int word = 0; word < toSend.Length; word++)
        {
            while (toSend[word] != 0)
            {
                cancelled.ThrowIfCancellationRequested();
                int first = (word * 64) + BitOperations.TrailingZeroCount(toSend[word]);
                int count = TakeRun(first, most);
                int sent = SendRun(first, count);
                progress.Sent(sections.SentBytes);
                if (limited)
                {
                    limit.Spend(sent, cancelled);
                }
            }
        }
    }

    /// <summary>Takes a page and those behind it that are marked too, up to a number.</summary>
    private int TakeRun(int first, int most)
    {
        int count = 0;
        while (count < most && first + count < memory!.Pages && (toSend[(first + count) / 64] & (1UL << (first + count))) != 0)
        {
            toSend[(first + count) / 64] &= ~(1UL << (first + count));
            count++;
        }

        return count;
    }

    /// <summary>A run of zeroes is sent as its length.</summary>
    private int SendRun(int firstPage, int count)
    {
        int length = count * Page.Size;
        Span<byte> range = stackalloc byte[2 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(range, (ulong)firstPage * Page.Size);
        BinaryPrimitives.WriteUInt64LittleEndian(range[sizeof(ulong)..], (ulong)length);
        int size = Prepare(firstPage * Page.Size, length, range);
        sections.SendPrepared();
        return size;
    }

    /// <summary>
    /// Makes the section; its size. The guest may end while its memory is sent: only the copy is inside of it, never a write to the peer.
    /// </summary>
    private int Prepare(int address, int length, ReadOnlySpan<byte> range)
    {
        memory!.Enter();
        try
        {
            ReadOnlySpan<byte> pages = memory.Content.Slice(address, length);
            if (pages.ContainsAnyExcept((byte)0))
            {
                sections.Prepare(SectionType.Memory, range[..sizeof(ulong)], pages);
                return length;
            }

            sections.Prepare(SectionType.ZeroMemory, range, default);
            return range.Length;
        }
        finally
        {
            memory.Exit();
        }
    }

    /// <summary>While the device runs, only about as much as it had when the round began: it may never end.</summary>
    private void SendDevice(bool whileRunning)
    {
        ulong pending = Pending();
        ulong most = whileRunning ? Math.Max(pending, DeviceChunk) : Math.Max(4 * pending, MinDeviceAllowance);
        int chunk = whileRunning ? limit.Piece(DeviceChunk, Page.Size) : DeviceChunk;
        ulong sent = 0;
        while (sent < most)
        {
            cancelled.ThrowIfCancellationRequested();
            if (!saver.Read(sections.Payload[..chunk]).TryGet(out int count, out Errno error))
            {
                Check(error, "reading the device's state");
            }

            if (count == 0)
            {
                return;
            }

            sections.SendPayload(SectionType.DeviceData, count);
            sent += (ulong)count;
            progress.Sent(sections.SentBytes);
            if (whileRunning)
            {
                limit.Spend(count, cancelled);
            }
        }

        if (!whileRunning)
        {
            throw new StreamProblem($"{subject.Device.Device.Name}: the state exceeds its announced size: {sent} bytes read, {pending} announced");
        }
    }

    /// <summary>What the device reports as pending, bounded.</summary>
    private ulong Pending()
    {
        Result<ulong> pending = saver.GetPendingBytes();
        Check(pending.Error, "reading the size of the state");
        return Math.Min(pending.Value, MaxDeviceAllowance / 4);
    }

    private void SendPieces(SectionType type, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int count = Math.Min(bytes.Length, DeviceChunk);
            sections.Send(type, bytes[..count]);
            bytes = bytes[count..];
        }
    }

    private void Check(Errno error, string what)
    {
        if (error != Errno.None)
        {
            throw new StreamProblem($"{subject.Device.Device.Name}: {what}: {error.Text()} ({subject.Device.Guard.NameOf(error)})");
        }
    }
}
