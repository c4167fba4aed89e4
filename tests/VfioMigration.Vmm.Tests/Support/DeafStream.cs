using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Tests.Support;

/// <summary>To somebody who talks and does not listen.</summary>
internal sealed class DeafStream(Stream inner) : ConnectionStream
{
    public override int Read(Span<byte> buffer) => inner.Read(buffer);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
    }
}
