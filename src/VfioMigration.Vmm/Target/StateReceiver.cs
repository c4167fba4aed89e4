using System.Buffers;
using System.Buffers.Binary;

using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Workloads;
using VfioMigration.Vmm.Devices;
using VfioMigration.Vmm.Guests;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Target;

/// <summary>Puts the sections of one migration where they belong and checks that all of them came.</summary>
internal sealed class StateReceiver
{
    /// <summary>A workload's state: four bytes per page of at most a gigabyte of guest memory and one of the device's, and a little.</summary>
    private const int MaxGuestState = 4 * 1024 * 1024;

    private readonly VfioDevice device;
    private readonly IDisposable use;
    private readonly DeviceLoader loader;
    private readonly ArrayBufferWriter<byte> guestState = new();
    private bool ranBefore;

    private StateReceiver(VfioDevice device, Guest? guest, IDisposable use)
    {
        this.device = device;
        Guest = guest;
        this.use = use;
        loader = DeviceLoader.For(device);
    }

    internal Guest? Guest { get; }

    /// <summary>The device takes a state from now on; when it does not, it is given back.</summary>
    internal static Result<StateReceiver> Begin(VfioDevice device, Guest? guest, IDisposable use)
    {
        var receiver = new StateReceiver(device, guest, use);
        Errno error = receiver.loader.Begin();
        if (error == Errno.None)
        {
            return receiver;
        }

        receiver.Abandon();
        return error;
    }

    /// <summary>Receives up to the end, loads the device, and holds the memory against its checksums. Throws a <see cref="StreamProblem"/> otherwise.</summary>
    internal void Receive(SectionStream sections)
    {
        while (true)
        {
            switch (sections.Receive(out ReadOnlySpan<byte> payload))
            {
                case SectionType.Memory:
                    LoadMemory(payload);
                    break;
                case SectionType.ZeroMemory:
                    LoadZeroes(payload);
                    break;
                case SectionType.DeviceData:
                    Check(loader.Write(payload), "loading the device");
                    break;
                case SectionType.GuestState when guestState.WrittenCount + payload.Length <= MaxGuestState:
                    guestState.Write(payload);
                    break;
                case SectionType.End:
                    Finish(sections, payload);
                    return;
                case null:
                    throw new StreamProblem($"the stream ends early, after section {sections.ReceivedSections}");
                case var other:
                    throw new StreamProblem($"section {other} cannot come here");
            }
        }
    }

    /// <summary>The device runs, and the guest if it did when it was stopped where it came from.</summary>
    internal Errno Run()
    {
        Errno error = loader.Run();
        if (error != Errno.None)
        {
            return error;
        }

        if (Guest is null)
        {
            use.Dispose();
            return Errno.None;
        }

        Guest.Become(GuestStatus.Paused);
        return ranBefore ? Guest.Resume() : Errno.None;
    }

    /// <summary>The device is as before.</summary>
    internal void Abandon()
    {
        loader.Abandon();
        use.Dispose();
    }

    private void LoadMemory(ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> pages = payload.Length > sizeof(ulong) ? payload[sizeof(ulong)..] : default;
        int address = Address(payload, (ulong)pages.Length);
        Guest!.Memory.Load(address, pages);
    }

    private void LoadZeroes(ReadOnlySpan<byte> payload)
    {
        ulong length = payload.Length == 2 * sizeof(ulong) ? BinaryPrimitives.ReadUInt64LittleEndian(payload[sizeof(ulong)..]) : 0;
        int address = Address(payload, length);
        Guest!.Memory.LoadZeroes(address, (int)length);
    }

    /// <summary>The address of a piece that lies inside the memory; a device that comes alone has none.</summary>
    private int Address(ReadOnlySpan<byte> payload, ulong length)
    {
        ulong size = (ulong)(Guest?.Memory.Length ?? 0);
        ulong address = payload.Length >= sizeof(ulong) ? BinaryPrimitives.ReadUInt64LittleEndian(payload) : ulong.MaxValue;
        return length != 0 && address <= size && length <= size - address && (address | length) % GuestMemory.PageSize == 0
            ? (int)address
            : throw new StreamProblem("a piece of memory lies outside the guest's");
    }

    private void Finish(SectionStream sections, ReadOnlySpan<byte> payload)
    {
        if (payload.Length != sizeof(ulong) + 1 || payload[^1] > 1 || BinaryPrimitives.ReadUInt64LittleEndian(payload) != sections.ReceivedSections - 1)
        {
            throw new StreamProblem("sections are missing");
        }

        ranBefore = payload[^1] == 1;

        Check(loader.Finish(), "loading the device");
        if (Guest is not null)
        {
            var reader = new StateReader(guestState.WrittenSpan);
            if (Guest.Workload.Load(ref reader) is { } problem)
            {
                throw new StreamProblem(problem);
            }
        }
    }

    private void Check(Errno error, string what)
    {
        if (error != Errno.None)
        {
            throw new StreamProblem($"{device.Device.Name}: {what}: {error.Text()} ({error.Name()}); its kernel log has the reason");
        }
    }
}
