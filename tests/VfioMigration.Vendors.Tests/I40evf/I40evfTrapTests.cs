using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vendors.Tests.Conformance;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Irqs;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Regions;

using static VfioMigration.Uapi.Vfio.VfioDeviceState;

namespace VfioMigration.Vendors.Tests.I40evf;

/// <summary>R50 to R52: how a user that maps BAR 0 lets go of the doorbells before the function is saved.</summary>
public class I40evfTrapTests
{
    private const int RemapIndex = 5;
    private const VfioIrqSetFlags Listen = VfioIrqSetFlags.VFIO_IRQ_SET_DATA_EVENTFD | VfioIrqSetFlags.VFIO_IRQ_SET_ACTION_TRIGGER;
    private static readonly SparseMmapCapability Everything = new([(0, 64 * 1024)]);

    [Fact]
    public void Never_TheBarCannotBeMapped()
    {
        VfioDevice device = Create("never");

        Assert.Equal(Errno.EINVAL, device.Regions[0].Map(0, 4096).Error);
        Assert.Empty(device.Regions[0].Capabilities);
        Assert.Equal(VfioPciIndex.VFIO_PCI_NUM_IRQS, device.Irqs.Count);
        device.Enter(VFIO_DEVICE_STATE_PRE_COPY);
    }

    [Fact]
    public void RemapIrq_IsFoundByItsType()
    {
        VfioDevice device = Create("remap_irq");
        VfioIrq remap = device.Irqs[RemapIndex];

        Assert.Equal(new IrqTypeCapability(1, 0), remap.Type);
        Assert.True(remap.Flags.HasFlag(VfioIrqFlags.Caps));
        Assert.Equal(1, remap.Count);
    }

    [Fact]
    public void RemapIrq_NeverEnabled_RefusesPreCopyWithEnodev()
    {
        VfioDevice device = Create("remap_irq");

        Assert.Equal(Errno.ENODEV, device.Migration!.SetState(VFIO_DEVICE_STATE_PRE_COPY).Error);
        Assert.Equal(VFIO_DEVICE_STATE_RUNNING, device.Migration.State);
        device.Enter(VFIO_DEVICE_STATE_STOP_COPY);
    }

    [Fact]
    public void RemapIrq_NeverEnabled_RefusesSavingAndRunningOfV1()
    {
        var user = new RegionUser(VendorDevice.Named("i40evf").Create("v1", ("trap", "remap_irq")));

        Assert.Equal(Errno.ENODEV, user.Enter(3));
        Assert.Equal(1U, user.State);
    }

    [Fact]
    public async Task RemapIrq_Answered_SaysWhichRegionAndTrapsTheDoorbells()
    {
        VfioDevice device = Create("remap_irq");
        RegionMapping mapping = device.Regions[0].Map(0, 64 * 1024).Value;
        EventCounter counter = ListenTo(device);
        Task<Result<MigrationSession?>> moving = Begin(device);
        await counter.WhenSignalled();
        Assert.Equal(1UL, counter.Read());
        Assert.Equal([(0, 4096)], Assert.IsType<SparseMmapCapability>(Assert.Single(device.Regions[0].Capabilities)).Areas);
        mapping.Dispose();
        using RegionMapping rest = device.Regions[0].Map(0, 4096).Value;
        device.Irqs[RemapIndex].Acknowledge();

        Assert.NotNull((await moving).Value);
        Assert.Equal(Errno.EINVAL, device.Regions[0].Map(4096, 4096).Error);
        device.Enter(VFIO_DEVICE_STATE_PRE_COPY_P2P);
        Assert.Equal(0UL, counter.Read());
        device.Enter(VFIO_DEVICE_STATE_RUNNING);
        Assert.Equal([Everything], Areas(device));
        device.Regions[0].Map(4096, 4096).Value.Dispose();
    }

    [Fact]
    public async Task RemapIrq_AnsweredWithoutUnmapping_IsEbusy()
    {
        VfioDevice device = Create("remap_irq");
        using RegionMapping mapping = device.Regions[0].Map(4096, 4096).Value;
        EventCounter counter = ListenTo(device);
        Task<Result<MigrationSession?>> moving = Begin(device);
        await counter.WhenSignalled();
        device.Irqs[RemapIndex].Acknowledge();

        Assert.Equal(Errno.EBUSY, (await moving).Error);
        Assert.Equal(VFIO_DEVICE_STATE_RUNNING, device.Migration!.State);
        Assert.Equal([Everything], Areas(device));
    }

    [Fact]
    public void RemapIrq_NotAnswered_TimesOut()
    {
        VfioDevice device = Create("remap_irq", ("remap_timeout_ms", "1"));
        EventCounter counter = ListenTo(device);

        Assert.Equal(Errno.ETIMEDOUT, device.Migration!.SetState(VFIO_DEVICE_STATE_PRE_COPY).Error);
        Assert.Equal(1UL, counter.Read());
        Assert.Equal(VFIO_DEVICE_STATE_RUNNING, device.Migration.State);
        Assert.Equal([Everything], Areas(device));
        device.Irqs[RemapIndex].Acknowledge();
    }

    [Fact]
    public void SparseMmapSaving_ShowsBothLayouts()
    {
        RegionCapability[] chain = [.. Create("sparse_mmap_saving").Regions[0].Capabilities];

        Assert.Equal(2, chain.Length);
        Assert.Equal([(0, 64 * 1024)], Assert.IsType<SparseMmapCapability>(chain[0]).Areas);
        Assert.Equal([(0, 4096)], Assert.IsType<SparseMmapCapability>(chain[1]).Areas);
        Assert.Equal(
            [VfioRegionCapabilityId.VFIO_REGION_INFO_CAP_SPARSE_MMAP, VfioRegionCapabilityId.SparseMmapSaving],
            chain.Select(capability => capability.Id));
    }

    [Theory]
    [InlineData(0, 8192)]
    [InlineData(4096, 4096)]
    [InlineData(0, 65536)]
    public void SparseMmapSaving_WhileTheDoorbellsAreMapped_RefusesPreCopy(ulong offset, ulong size)
    {
        VfioDevice device = Create("sparse_mmap_saving");
        RegionMapping mapping = device.Regions[0].Map(offset, size).Value;
        using RegionMapping harmless = device.Regions[0].Map(0, 4096).Value;
        Assert.Equal(Errno.EBUSY, device.Migration!.SetState(VFIO_DEVICE_STATE_PRE_COPY).Error);
        Assert.Equal(VFIO_DEVICE_STATE_RUNNING, device.Migration.State);
        mapping.Dispose();

        device.Enter(VFIO_DEVICE_STATE_PRE_COPY);
        Assert.Equal(Errno.EINVAL, device.Regions[0].Map(offset, size).Error);
        device.Enter(VFIO_DEVICE_STATE_RUNNING);
        device.Regions[0].Map(offset, size).Value.Dispose();
    }

    [Fact]
    public void SparseMmapSaving_OfV1_RefusesTheWriteOfTheState()
    {
        VfioDevice device = VendorDevice.Named("i40evf").Create("v1", ("trap", "sparse_mmap_saving"));
        var user = new RegionUser(device);
        using RegionMapping mapping = device.Regions[0].Map(0, 65536).Value;

        Assert.Equal(Errno.EBUSY, user.Enter(3));
        Assert.Equal(1U, user.State);
    }

    private static VfioDevice Create(string trap, params IEnumerable<(string, string)> more) =>
        VendorDevice.Named("i40evf").Create("v2", [("trap", trap), .. more]);

    private static IEnumerable<SparseMmapCapability> Areas(VfioDevice device) =>
        device.Regions[0].Capabilities.Cast<SparseMmapCapability>()
            .Select(capability => capability.Areas.SequenceEqual(Everything.Areas) ? Everything : capability);

    private static EventCounter ListenTo(VfioDevice device)
    {
        var counter = new EventCounter();
        Assert.Equal(Errno.None, device.Irqs[RemapIndex].Set(Listen, 0, 1, default, [counter]));
        return counter;
    }

    /// <summary>The arc blocks until the answer, so it has a thread of its own.</summary>
    private static Task<Result<MigrationSession?>> Begin(VfioDevice device) => Task.Factory.StartNew(
        () => device.Migration!.SetState(VFIO_DEVICE_STATE_PRE_COPY),
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
