using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Tests.Support;

/// <summary>A peer that sends and does not receive.</summary>
internal sealed class DeafStream(Stream inner) : ConnectionStream
{
    public override int Read(Span<byte> buffer) => inner.Read(buffer);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
    }
}
