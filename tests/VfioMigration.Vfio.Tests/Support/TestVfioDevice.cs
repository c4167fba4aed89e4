using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Irqs;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.Vfio.Tests.Support;

/// <summary>A device made of what the test puts in, on a bus device of its own.</summary>
internal sealed class TestVfioDevice : VfioDevice
{
    private readonly bool isLogLenient;

    internal TestVfioDevice(
        VfioMigrationOps? ops = null,
        MigrationPersonality personality = MigrationPersonality.V2,
        bool hasDirtyLog = false,
        bool isLogLenient = false,
        Device? device = null,
        bool keepsState = true,
        params IReadOnlyList<VfioRegion> regions)
        : base(device ?? new Device(new DriverCore(TimeProvider.System), "card"))
    {
        this.isLogLenient = isLogLenient;
        KeepsStateOnClose = keepsState;
        foreach (VfioRegion region in regions)
        {
            AddRegion(region);
        }

        Irq = AddIrq(new VfioIrq(2, VfioIrqFlags.VFIO_IRQ_INFO_EVENTFD));
        if (ops is not null)
        {
            AddMigration(ops, personality, hasDirtyLog);
        }
    }

    internal VfioIrq Irq { get; }

    internal List<string> Calls { get; } = [];

    internal Func<Errno> Opened { get; set; } = static () => Errno.None;

    internal Action Closed { get; set; } = static () => { };

    internal Action WasReset { get; set; } = static () => { };

    internal Action Requested { get; set; } = static () => { };

    /// <summary>The kernel log of the device's host.</summary>
    internal IReadOnlyList<string> Log => Device.Tree.LogTexts();

    protected internal override bool IsLogLenient => isLogLenient;

    protected override Errno OnOpen()
    {
        Calls.Add("open");
        return Opened();
    }

    protected override void OnClose()
    {
        Calls.Add("close");
        Closed();
    }

    protected override Errno OnReset()
    {
        Calls.Add("reset");
        WasReset();
        return Errno.None;
    }

    protected override void OnRequest()
    {
        Calls.Add("request");
        Requested();
    }
}
