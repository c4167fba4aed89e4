using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Irqs;

using static VfioMigration.Uapi.Vfio.VfioIrqSetFlags;

namespace VfioMigration.Vfio.Tests.Irqs;

public class VfioIrqTests
{
    private const VfioIrqFlags Level =
        VfioIrqFlags.VFIO_IRQ_INFO_EVENTFD | VfioIrqFlags.VFIO_IRQ_INFO_MASKABLE | VfioIrqFlags.VFIO_IRQ_INFO_AUTOMASKED;
    private const VfioIrqSetFlags TriggerByEventfd = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
    private const VfioIrqSetFlags TriggerNow = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER;

    private readonly VfioIrq intx = new(1, Level);
    private readonly VfioIrq msi = new(4, VfioIrqFlags.VFIO_IRQ_INFO_EVENTFD | VfioIrqFlags.VFIO_IRQ_INFO_NORESIZE);
    private readonly EventCounter[] counters = [new(), new(), new(), new()];

    [Theory]
    [InlineData(0u, "no flag")]
    [InlineData(1u, "no action")]
    [InlineData(0x20u, "no data")]
    [InlineData(0x23u, "NONE and BOOL")]
    [InlineData(0x27u, "all data")]
    [InlineData(0x31u, "UNMASK and TRIGGER")]
    [InlineData(0x39u, "all actions")]
    [InlineData(0x61u, "unknown flag")]
    [InlineData(0x80000021u, "unknown high flag")]
    public void Flags_ThatAreNotOneOfEach_AreEINVAL(uint flags, string which)
    {
        Assert.True(Errno.EINVAL == msi.Set((VfioIrqSetFlags)flags, 0, 1, [1], counters), which);
        Assert.False(msi.IsEnabled);
    }

    [Theory]
    [InlineData(0u, 5u)]
    [InlineData(4u, 1u)]
    [InlineData(3u, 2u)]
    [InlineData(uint.MaxValue, 1u)]
    [InlineData(1u, uint.MaxValue)]
    [InlineData(uint.MaxValue, uint.MaxValue)]
    public void Vectors_ThatDoNotExist_AreEINVAL(uint start, uint count)
    {
        var many = new IrqTrigger[8];
        Assert.Equal(Errno.EINVAL, msi.Set(TriggerByEventfd, start, count, [], many));
        Assert.Equal(Errno.EINVAL, msi.Set(TriggerNow, start, count, [], []));
    }

    [Fact]
    public void DataThatIsTooShort_IsEINVAL()
    {
        Assert.Equal(Errno.EINVAL, msi.Set(VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_TRIGGER, 0, 2, [1], []));
        Assert.Equal(Errno.EINVAL, msi.Set(TriggerByEventfd, 0, 4, [], counters.AsSpan(1)));
    }

    [Theory]
    [InlineData(0x22u)]
    [InlineData(0x24u)]
    [InlineData(0x09u)]
    [InlineData(0x11u)]
    public void CountOfZero_DisablesOnly(uint flags) =>
        Assert.Equal(Errno.EINVAL, intx.Set((VfioIrqSetFlags)flags, 0, 0, [], []));

    [Theory]
    [InlineData(VFIO_IRQ_SET_ACTION_MASK)]
    [InlineData(VFIO_IRQ_SET_ACTION_UNMASK)]
    public void Masking_OfWhatIsNotMaskableOrByEventfd_IsENOTTY(VfioIrqSetFlags action)
    {
        Assert.Equal(Errno.ENOTTY, msi.Set(VFIO_IRQ_SET_DATA_NONE | action, 0, 1, [], []));
        Assert.Equal(Errno.ENOTTY, intx.Set(VFIO_IRQ_SET_DATA_EVENTFD | action, 0, 1, [], counters));
        Assert.Equal(Errno.None, intx.Set(VFIO_IRQ_SET_DATA_NONE | action, 0, 1, [], []));
    }

    [Fact]
    public void Vectors_GoToTheirOwnTriggers()
    {
        Assert.Equal(Errno.None, msi.Set(TriggerByEventfd, 1, 3, [], counters.AsSpan(1)));
        msi.Raise(1);
        msi.Raise(3, 8);
        msi.Raise(3);

        Assert.Equal([0ul, 1, 0, 9], counters.Select(counter => counter.Read()));
        Assert.True(msi.IsEnabled);
    }

    [Fact]
    public void NullTrigger_TakesAVectorAway()
    {
        msi.Set(TriggerByEventfd, 0, 4, [], counters);
        Assert.Equal(Errno.None, msi.Set(TriggerByEventfd, 1, 1, [], [null]));
        msi.Raise(1);

        Assert.True(msi.IsPending(1));
        Assert.Equal(0ul, counters[1].Read());
        Assert.True(msi.IsEnabled);
    }

    [Fact]
    public void Disable_TakesAllTriggersAway()
    {
        msi.Set(TriggerByEventfd, 0, 4, [], counters);

        Assert.Equal(Errno.None, msi.Set(TriggerNow, 0, 0, [], []));

        Assert.False(msi.IsEnabled);
    }

    [Fact]
    public void Trigger_ByTheUser_IsALoopback()
    {
        msi.Set(TriggerByEventfd, 0, 4, [], counters);
        Assert.Equal(Errno.None, msi.Set(TriggerNow, 2, 2, [], []));
        Assert.Equal(Errno.None, msi.Set(VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_TRIGGER, 0, 4, [1, 0, 0, 255], []));

        Assert.Equal([1ul, 0, 1, 2], counters.Select(counter => counter.Read()));
    }

    [Fact]
    public void LevelInterrupt_IsMaskedByItsDeliveryUntilUnmasked()
    {
        intx.Set(TriggerByEventfd, 0, 1, [], counters);
        intx.Raise();
        intx.Raise();
        Assert.Equal((1ul, true, true), (counters[0].Read(), intx.IsMasked(), intx.IsPending()));

        Assert.Equal(Errno.None, intx.Set(VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_UNMASK, 0, 1, [], []));
        Assert.Equal((1ul, true, false), (counters[0].Read(), intx.IsMasked(), intx.IsPending()));

        intx.Set(VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_UNMASK, 0, 1, [1], []);
        Assert.Equal((0ul, false, false), (counters[0].Read(), intx.IsMasked(), intx.IsPending()));
    }

    [Fact]
    public void LoweredInterrupt_IsNotDelivered()
    {
        intx.Set(TriggerByEventfd, 0, 1, [], counters);
        intx.Set(VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_MASK, 0, 1, [], []);
        intx.Raise();
        intx.Lower();
        intx.Set(VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_UNMASK, 0, 1, [], []);

        Assert.Equal(0ul, counters[0].Read());
    }

    [Fact]
    public void MaskByBool_LeavesTheFalseOnesAlone()
    {
        intx.Set(VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_MASK, 0, 1, [0], []);
        Assert.False(intx.IsMasked());
        intx.Set(VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_MASK, 0, 1, [7], []);
        Assert.True(intx.IsMasked());
    }

    [Fact]
    public void InterruptWithoutListener_WaitsForOne()
    {
        intx.Raise();
        Assert.True(intx.IsPending());

        intx.Set(TriggerByEventfd, 0, 1, [], counters);

        Assert.Equal((1ul, false, true), (counters[0].Read(), intx.IsPending(), intx.IsMasked()));
    }

    /// <summary>R50: the bits of the count name regions, so none of them may be lost or become another.</summary>
    [Fact]
    public void PendingValue_IsDeliveredAsItWasRaised()
    {
        var remap = new VfioIrq(1, VfioIrqFlags.VFIO_IRQ_INFO_EVENTFD, IrqTypeCapability.RemapBarRegion);
        remap.Raise(value: 0b100);
        remap.Raise(value: 0b100);
        remap.Raise(value: 0b001);

        remap.Set(TriggerByEventfd, 0, 1, [], counters);

        Assert.Equal(0b101ul, counters[0].Read());
        Assert.Equal(VfioIrqFlags.VFIO_IRQ_INFO_EVENTFD | VfioIrqFlags.Caps, remap.Flags);
        Assert.Equal(new IrqTypeCapability(1, 0), remap.Type);
    }

    [Fact]
    public void SaveAndLoad_MoveMasksAndPendingBits()
    {
        intx.Set(VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_MASK, 0, 1, [], []);
        intx.Raise();
        byte[] saved = new byte[1];
        intx.Save(saved);
        var other = new VfioIrq(1, Level);
        other.Set(TriggerByEventfd, 0, 1, [], counters);

        other.Load(saved);

        Assert.Equal(3, saved[0]);
        Assert.Equal((true, true, 0ul), (other.IsMasked(), other.IsPending(), counters[0].Read()));
        other.Set(VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_UNMASK, 0, 1, [], []);
        Assert.Equal(1ul, counters[0].Read());
    }

    [Fact]
    public void LoadedPendingInterrupt_IsDeliveredToWhoeverListens()
    {
        msi.Raise(2);
        byte[] saved = new byte[4];
        msi.Save(saved);
        var other = new VfioIrq(4, VfioIrqFlags.VFIO_IRQ_INFO_EVENTFD);
        other.Set(TriggerByEventfd, 0, 4, [], counters);

        other.Load(saved);

        Assert.Equal([0, 0, 2, 0], saved);
        Assert.Equal([0ul, 0, 1, 0], counters.Select(counter => counter.Read()));
        Assert.False(other.IsPending(2));
    }

    [Fact]
    public void Count_HasItsLimit()
    {
        Assert.Equal(2048, new VfioIrq(2048, VfioIrqFlags.None).Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => new VfioIrq(2049, VfioIrqFlags.None));
    }
}
