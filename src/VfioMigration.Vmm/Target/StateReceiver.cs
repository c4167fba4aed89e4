using System.Buffers;
using System.Buffers.Binary;

using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vmm.Devices;
using VfioMigration.Vmm.Guests;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Target;

/// <summary>Loads the sections of one migration and checks that all of them were received.</summary>
internal sealed class StateReceiver
{
    /// <summary>A workload's state: four bytes per page of at most a gigabyte of guest memory and one of the device's, and a little.</summary>
    private const int MaxGuestState = 4 * 1024 * 1024;

    private readonly IMigrationHost host;
    private readonly VfioDevice device;
    private readonly Guest? guest;
    private readonly DeviceUse? use;
    private readonly DeviceLoader loader;
    private readonly ArrayBufferWriter<byte> guestState = new();
    private bool ranBefore;

    private StateReceiver(IMigrationHost host, VfioDevice device, Guest? guest, DeviceUse? use)
    {
        this.host = host;
        this.device = device;
        this.guest = guest;
        this.use = use;
        loader = DeviceLoader.For(device);
    }

    /// <summary>Cancelled when the guest is stopped, or the device must be released.</summary>
    internal CancellationToken Stopping => guest?.Stopping ?? use!.Stopping;

    /// <summary>
    /// The device takes a state from now on, for a guest that begins to arrive or, when its options are null, alone. Else it is given back: errors as
    /// making the guest, and of the device.
    /// </summary>
    internal static Result<StateReceiver> Begin(IMigrationHost host, VfioDevice device, GuestOptions? options)
    {
        Result<StateReceiver> begun = options is null ? BeginWithoutGuest(host, device) : BeginGuest(host, device, options);
        if (!begun.TryGet(out StateReceiver receiver))
        {
            return begun;
        }

        Errno error = receiver.loader.Begin();
        if (error == Errno.None)
        {
            return receiver;
        }

        receiver.Abandon();
        return error;
    }

    private static Result<StateReceiver> BeginWithoutGuest(IMigrationHost host, VfioDevice device)
    {
        if (!DeviceUse.Begin(device).TryGet(out DeviceUse use, out Errno error))
        {
            return error;
        }

        host.Adopt(use);
        return new StateReceiver(host, device, null, use);
    }

    private static Result<StateReceiver> BeginGuest(IMigrationHost host, VfioDevice device, GuestOptions options)
    {
        if (!host.CreateGuest(device, options).TryGet(out Guest guest, out Errno error))
        {
            return error;
        }

        guest.Expect();
        guest.TryEnter();
        host.Adopt(guest);
        return new StateReceiver(host, device, guest, null);
    }

    /// <summary>Receives up to the end, loads the device, and holds the memory against its checksums. Throws a <see cref="StreamProblem"/> otherwise.</summary>
    internal void Receive(SectionStream sections)
    {
        if (!device.Guard.Calls.Run(() => ReceiveAll(sections)))
        {
            throw new StreamProblem($"{device.Device.Name}: the driver did not return in time; its kernel log has the call");
        }
    }

    private void ReceiveAll(SectionStream sections)
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
                    throw new StreamProblem($"unexpected section {other}");
            }
        }
    }

    /// <summary>
    /// Runs the device, and the guest if it ran on the source before it was stopped. Else as the device says; ENODEV when the guest is being stopped
    /// here.
    /// </summary>
    internal Errno Run()
    {
        Errno error = Stopping.IsCancellationRequested ? Errno.ENODEV : loader.Run();
        return error != Errno.None ? error : guest?.Arrive(ranBefore) ?? Errno.None;
    }

    /// <summary>As the device's driver names it.</summary>
    internal string NameOf(Errno errno) => device.Guard.NameOf(errno);

    /// <summary>The migration is over, and what arrived stays.</summary>
    internal void Leave()
    {
        guest?.Leave();
        if (use is not null)
        {
            host.End(use);
        }
    }

    /// <summary>The device is as after a reset, and free.</summary>
    internal void Abandon()
    {
        loader.Abandon();
        Leave();
        if (guest is not null)
        {
            host.End(guest);
        }
    }

    private void LoadMemory(ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> pages = payload.Length > sizeof(ulong) ? payload[sizeof(ulong)..] : default;
        int address = Address(payload, (ulong)pages.Length);
        guest!.Memory.Load(address, pages);
    }

    private void LoadZeroes(ReadOnlySpan<byte> payload)
    {
        ulong length = payload.Length == 2 * sizeof(ulong) ? BinaryPrimitives.ReadUInt64LittleEndian(payload[sizeof(ulong)..]) : 0;
        int address = Address(payload, length);
        guest!.Memory.LoadZeroes(address, (int)length);
    }

    /// <summary>The address of a piece that lies inside the memory; a device without a guest has none.</summary>
    private int Address(ReadOnlySpan<byte> payload, ulong length)
    {
        ulong size = (ulong)(guest?.Memory.Length ?? 0);
        ulong address = payload.Length >= sizeof(ulong) ? BinaryPrimitives.ReadUInt64LittleEndian(payload) : ulong.MaxValue;
        return length != 0 && address <= size && length <= size - address && (address | length) % Page.Size == 0
            ? (int)address
            : throw new StreamProblem("a memory section lies outside the guest's memory");
    }

    private void Finish(SectionStream sections, ReadOnlySpan<byte> payload)
    {
        if (payload.Length != sizeof(ulong) + 1 || payload[^1] > 1 || BinaryPrimitives.ReadUInt64LittleEndian(payload) != sections.ReceivedSections - 1)
        {
            throw new StreamProblem("sections are missing");
        }

        ranBefore = payload[^1] == 1;

        Check(loader.Finish(), "loading the device");
        if (guest is not null)
        {
            if (guest.Workload.Load(guestState.WrittenSpan) is { } problem)
            {
                throw new StreamProblem(problem);
            }
        }
    }

    private void Check(Errno error, string what)
    {
        if (error != Errno.None)
        {
            throw new StreamProblem($"{device.Device.Name}: {what}: {error.Text()} ({device.Guard.NameOf(error)}); its kernel log has the reason");
        }
    }
}
