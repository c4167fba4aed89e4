using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Tests.Support;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vfio.Tests.Workloads;

public sealed class DeviceWorkloadTests : IDisposable
{
    private readonly GuestMemory memory = new(4 * Page.Size);
    private readonly GuestMemory arrived = new(4 * Page.Size);
    private readonly TestVfioDevice device = new(new ScriptedMigrationOps());
    private readonly TestVfioDevice destination = new(new ScriptedMigrationOps());
    private readonly byte[] store = new byte[4096];
    private readonly VfioDeviceFile file;
    private readonly VfioDeviceFile destinationFile;
    private readonly CounterWorkload workload;

    public DeviceWorkloadTests()
    {
        file = device.Open(memory.Map).Value;
        destinationFile = destination.Open(arrived.Map).Value;
        workload = new CounterWorkload(device, memory, new WorkloadOptions(4, AccessPattern.Burst), ("store", () => store));
    }

    [Fact]
    public void NewWorkload_HasAShadowOfEveryMemory()
    {
        Assert.Equal(["guest memory", "store"], workload.Shadows.Select(shadow => shadow.Name));
        Assert.Equal((0ul, null, false), (workload.Steps, workload.FindDifference(), workload.HasStarted));
        Assert.Equal(new WorkloadOptions(4, AccessPattern.Burst), workload.Options);
    }

    [Fact]
    public void Steps_DoWhatThePatternWants()
    {
        Run(workload, 300);

        Assert.Equal((300ul, 64u + 44), (workload.Steps, workload.Count));
        Assert.Null(workload.FindDifference());
        Assert.False(memory.Content.SequenceEqual(new byte[memory.Length]));
    }

    [Fact]
    public void ErrnoOfTheDevice_ComesOutOfTheStep()
    {
        device.Migration!.SetState(States.STOP);

        Assert.Equal(Errno.EBUSY, workload.Step());
    }

    [Fact]
    public void Difference_IsNamedWithItsPlace()
    {
        Run(workload, 10);
        store[0x123] = 1;
        Assert.Equal("store differs at 0x123 after 10 steps", workload.FindDifference());
        memory.Load(0x2001, [(byte)(memory.Content[0x2001] + 1)]);

        Assert.Equal("guest memory differs at 0x2001 after 10 steps", workload.FindDifference());
    }

    [Fact]
    public void SavedWorkload_ContinuesElsewhere()
    {
        Run(workload, 100);
        arrived.Load(0, memory.Content);
        CounterWorkload other = NewDestinationWorkload();

        Assert.Null(Load(other, Save()));
        Assert.Equal((100ul, workload.Count, false), (other.Steps, other.Count, other.HasStarted));
        Run(workload, 400);
        Run(other, 400);

        Assert.Null(other.FindDifference());
        Assert.True(memory.Content.SequenceEqual(arrived.Content));
    }

    [Fact]
    public void PageThatWasLost_IsNamed()
    {
        Run(workload, 100);
        arrived.Load(0, memory.Content);
        arrived.Load(3 * 4096, [(byte)(memory.Content[3 * 4096] ^ 1)]);

        Assert.Equal("checksum mismatch in page 3 of guest memory", Load(NewDestinationWorkload(), Save()));
    }

    [Fact]
    public void StateOfAnotherSize_IsSaid()
    {
        byte[] saved = Save();

        Assert.Equal("the workload's state has an invalid length", Load(NewDestinationWorkload(), saved[..^1]));
        Assert.Equal("the workload's state has an invalid length", Load(NewDestinationWorkload(), [.. saved, 0]));
        Assert.Equal("the workload's state has an invalid length", Load(NewDestinationWorkload(), []));
    }

    public void Dispose()
    {
        file.Dispose();
        destinationFile.Dispose();
    }

    private static void Run(CounterWorkload workload, int steps) =>
        Assert.All(Enumerable.Range(0, steps), _ => Assert.Equal(Errno.None, workload.Step()));

    private static string? Load(CounterWorkload workload, byte[] saved) => workload.Load(saved);

    private CounterWorkload NewDestinationWorkload() =>
        new(destination, arrived, new WorkloadOptions(9, AccessPattern.Burst), ("store", () => store));

    private byte[] Save()
    {
        var writer = new StateWriter();
        Assert.Equal(Errno.None, workload.Save(writer));
        return writer.Written.ToArray();
    }
}
