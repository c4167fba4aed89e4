using VfioMigration.Vfio.Irqs;
using VfioMigration.Vfio.Migration.Streams;

namespace VfioMigration.Vendors.Ccw;

/// <summary>Version 1.0: the region, then a byte for the interrupt.</summary>
internal static class CcwSavedState
{
    internal static void Write(StateWriter writer, ReadOnlySpan<byte> region, VfioIrq io)
    {
        Span<byte> irq = stackalloc byte[1];
        io.Save(irq);
        writer.Write(region);
        writer.Write(irq);
    }

    internal static bool TryLoad(ref StateReader reader, Span<byte> region, VfioIrq io)
    {
        ReadOnlySpan<byte> saved = reader.ReadBytes(CcwDevice.RegionSize);
        ReadOnlySpan<byte> irq = reader.ReadBytes(1);
        if (!reader.IsComplete)
        {
            return false;
        }

        saved.CopyTo(region);
        io.Load(irq);
        return true;
    }
}
