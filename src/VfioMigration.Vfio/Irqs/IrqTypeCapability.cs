namespace VfioMigration.Vfio.Irqs;

/// <summary>
/// What a device specific interrupt is (irq-info type capability, proposed 2020, not merged, R50).
/// </summary>
public sealed record IrqTypeCapability(uint Type, uint Subtype)
{
    /// <summary>VFIO_IRQ_TYPE_REMAP_BAR_REGION: bit n of the 64-bit count says "ask for region n again".</summary>
    public static IrqTypeCapability RemapBarRegion { get; } = new(1, 0);
}
