using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Irqs;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vmm.Tests.Support;

/// <summary>A driver that writes somewhere itself and lets the device write somewhere else, everywhere in memory.</summary>
internal sealed class TestWorkload(TestDevice device, GuestMemory memory, WorkloadOptions options)
    : DeviceWorkload(device, memory, options, ("device memory", () => device.StateMemory[0].Content))
{
    private readonly byte[] buffer = new byte[TestJob.MaxLength];
    private TestJob waiting;
    private uint rung;

    /// <summary>Listens to the first vector; the others stay pending.</summary>
    public override Errno Start()
    {
        device.Booting?.Invoke();
        const VfioIrqSetFlags Flags = VfioIrqSetFlags.VFIO_IRQ_SET_DATA_EVENTFD | VfioIrqSetFlags.VFIO_IRQ_SET_ACTION_TRIGGER;
        return device.Msix.Set(Flags, 0, 1, default, [new EventCounter()]);
    }

    protected override Errno DoStep()
    {
        device.Timeline.Note(Steps, Device.Device.Name);
        Span<byte> own = buffer.AsSpan(0, 1 + (int)(Random.Next() % 512));
        Random.Fill(own);
        int address = Random.NextIndex(Memory.Length - own.Length);
        Memory.Write(address, own);
        GuestShadow.Write(address, own);

        var job = new TestJob(
            (uint)Random.NextIndex(Memory.Length - TestJob.MaxLength),
            TestJob.Record + (uint)(Random.Next() % (TestJob.MaxLength - TestJob.Record)),
            (uint)Random.Next());
        Errno error = Write(TestDevice.AddressRegister, job.Address);
        error = error == Errno.None ? Write(TestDevice.LengthRegister, job.Length) : error;
        error = error == Errno.None ? Write(TestDevice.SeedRegister, job.Seed) : error;
        error = error == Errno.None ? Write(TestDevice.Doorbell, 1) : error;
        Expect(job);
        return error;
    }

    protected override void SaveProgram(StateWriter writer)
    {
        waiting.Save(writer);
        writer.Write(rung);
    }

    protected override void LoadProgram(ref StateReader reader)
    {
        waiting = TestJob.Load(ref reader);
        rung = reader.ReadUInt32();
    }

    /// <summary>What the doorbell does: the job before, as <see cref="TestDevice"/> performs it.</summary>
    private void Expect(TestJob next)
    {
        if (waiting.Length != 0)
        {
            Span<byte> content = waiting.Fill(buffer);
            GuestShadow.Write((int)waiting.Address, content);
            Shadows[1].Write((int)(rung * TestJob.Record % TestDevice.MemoryLength), content[..TestJob.Record]);
        }

        waiting = next;
        rung++;
    }

    private Errno Write(ulong register, uint value) =>
        Device.WriteRegion(VfioPciIndex.VFIO_PCI_BAR0_REGION_INDEX, register, BitConverter.GetBytes(value));
}
