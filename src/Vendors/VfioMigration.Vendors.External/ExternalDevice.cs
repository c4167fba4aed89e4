using System.Text.Json.Nodes;

using VfioMigration.Buses.Pci;
using VfioMigration.Sdk.Devices;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vendors.External;

/// <summary>
/// A device whose state, apart from its memory in BAR 0, only the program has. A program that gives no answer in time has been killed by then, so nothing
/// of the device changes by itself after it was paused.
/// </summary>
internal sealed class ExternalDevice : VfioPciDevice, IMigratableDevice
{
    /// <summary>Of the program's part of the state.</summary>
    internal const int MaxState = 128 * 1024;

    private static readonly PciIds NoIds = new(0x1AF4, 0x1100, 0, 0, 0xFF0000, 0);

    private readonly ExternalProgram program;
    private readonly ExternalType type;
    private readonly string uuid;
    private readonly DeviceMemory? memory;

    internal ExternalDevice(Device device, ExternalType type, ExternalProgram program, string driver, MigrationPersonality personality)
        : base(device, new PciConfigSpace(NoIds))
    {
        this.program = program;
        this.type = type;
        uuid = device.Name;
        StateDescription = $"{driver} {type.Name} {type.MemoryMegabytes}MB";
        if (type.MemoryMegabytes > 0)
        {
            memory = new DeviceMemory(type.MemoryMegabytes << 20);
            Config.SetBar(0, System.Numerics.BitOperations.RoundUpToPowerOf2((uint)memory.Length));
            AddBar(0, new MemoryRegion(memory));
        }

        if (type.Migrates)
        {
            AddMigration(this, personality);
        }
    }

    public string StateDescription { get; }

    /// <summary>Of the frame; the program's part has whatever version the program writes into it.</summary>
    public (ushort Major, ushort Minor) StateVersion => (1, 0);

    public IReadOnlyList<DeviceMemory> StateMemory => memory is null ? [] : [memory];

    public override DeviceWorkload? CreateWorkload(GuestMemory guestMemory, WorkloadOptions options) =>
        memory is null ? null : new MemoryWorkload(this, memory, guestMemory, options);

    public Errno Pause() => Ask("pause");

    public Errno Continue() => Ask("continue", waits: true);

    public void SaveState(StateWriter writer)
    {
        SavePciState(writer);
        byte[]? state = null;
        if (program.Ask("save", Subject()).TryGet(out JsonObject answer, out Errno error))
        {
            state = BytesOf(answer["state"]);
            error = Errno.EPROTO;
        }

        if (state is null)
        {
            writer.Fail(error);
            return;
        }

        writer.Write((uint)state.Length);
        writer.Write(state);
    }

    /// <summary>The program is called last; when it refuses, the configuration space is unchanged.</summary>
    public bool TryLoadState(ref StateReader reader, ushort minor)
    {
        ReadOnlySpan<byte> pci = ReadPciState(ref reader);
        uint length = reader.ReadUInt32();
        ReadOnlySpan<byte> state = reader.ReadBytes((int)Math.Min(length, MaxState));
        var before = new StateWriter();
        SavePciState(before);
        if (length > MaxState || !reader.IsComplete || !TryLoadPciState(pci))
        {
            return false;
        }

        JsonObject question = Subject();
        question["state"] = Convert.ToBase64String(state);
        Errno error = program.Ask("load", question).Error;
        if (error == Errno.None)
        {
            return true;
        }

        Report($"migration: the driver's program refuses the state: {error.Text()} ({program.Errnos.NameOf(error)})");
        TryLoadPciState(before.Written);
        return false;
    }

    public Errno ResetState()
    {
        memory?.Clear();
        return Ask("reset", waits: true);
    }

    protected override Errno OnReset() => type.Migrates ? ResetState() : Errno.None;

    /// <summary>The errno of the program. EOPNOTSUPP is success: a program need not know every method.</summary>
    private Errno Ask(string method, bool waits = false)
    {
        Errno error = program.Ask(method, Subject(), waits).Error;
        if (error is Errno.None or Errno.EOPNOTSUPP)
        {
            return Errno.None;
        }

        Report($"the driver's program answers '{method}' with {program.Errnos.NameOf(error)}");
        return error;
    }

    private JsonObject Subject() => ExternalProgram.Subject(type.Name, uuid);

    private static byte[]? BytesOf(JsonNode? state)
    {
        byte[] bytes = new byte[MaxState];
        return state is JsonValue value && value.TryGetValue(out string? text) && Convert.TryFromBase64String(text, bytes, out int length)
            ? bytes[..length]
            : null;
    }
}
