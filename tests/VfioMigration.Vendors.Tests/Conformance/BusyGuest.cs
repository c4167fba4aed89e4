using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vendors.Tests.Conformance;

/// <summary>A guest that has a device open and works with it.</summary>
internal sealed class BusyGuest : IDisposable
{
    private const int MemorySize = 512 * 1024;

    private readonly VfioDeviceFile file;

    /// <param name="device">Not open yet.</param>
    /// <param name="options">Of the workload.</param>
    /// <param name="starts">False for a guest that arrives.</param>
    internal BusyGuest(VfioDevice device, WorkloadOptions? options = null, bool starts = true)
    {
        Memory = new GuestMemory(MemorySize);
        file = device.Open(Memory.Map).Value;
        Workload = device.CreateWorkload(Memory, options ?? new WorkloadOptions(Seed: 7))!;
        if (starts)
        {
            Assert.Equal(Errno.None, Workload.Boot());
        }
    }

    internal VfioDevice Device => file.Device;

    internal GuestMemory Memory { get; }

    internal DeviceWorkload Workload { get; }

    public void Dispose() => file.Dispose();

    /// <summary>On a thread that can be given up, as the processor of a guest: a hand-over for every step would take most of the time.</summary>
    internal void Run(int steps) => Assert.True(Device.Guard.Calls.Run(() =>
    {
        for (int i = 0; i < steps; i++)
        {
            Assert.Equal(Errno.None, Workload.Step());
        }
    }));

    internal byte[] SaveWorkload()
    {
        var writer = new StateWriter();
        Assert.Equal(Errno.None, Workload.Save(writer));
        return writer.Written.ToArray();
    }

    /// <summary>What <see cref="DeviceWorkload.Load"/> says.</summary>
    internal string? LoadWorkload(ReadOnlySpan<byte> saved) => Workload.Load(saved);

    /// <summary>A guest on another device that goes on where this one is: device, memory and program moved by hand.</summary>
    internal BusyGuest MoveTo(VfioDevice target)
    {
        var arrived = new BusyGuest(target, Workload.Options, starts: false);
        target.Load(Device.Save());
        arrived.Memory.Load(0, Memory.Content);
        target.Enter(Uapi.Vfio.VfioDeviceState.VFIO_DEVICE_STATE_RUNNING);
        Assert.Null(arrived.LoadWorkload(SaveWorkload()));
        return arrived;
    }
}
