using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Tests.Wire;

/// <summary>Sections by content.</summary>
internal sealed class SameSection : IEqualityComparer<(SectionType Type, byte[] Payload)>
{
    internal static SameSection Instance { get; } = new();

    public bool Equals((SectionType Type, byte[] Payload) x, (SectionType Type, byte[] Payload) y) =>
        x.Type == y.Type && x.Payload.AsSpan().SequenceEqual(y.Payload);

    public int GetHashCode((SectionType Type, byte[] Payload) section) => section.Payload.Length;
}
