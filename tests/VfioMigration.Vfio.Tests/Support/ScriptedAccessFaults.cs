using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Tests.Support;

/// <summary>The same errno for every read and the same for every write.</summary>
internal sealed class ScriptedAccessFaults(Errno read, Errno write) : IAccessFaults
{
    internal List<string> Asked { get; } = [];

    public Errno BeforeRead(int region, ulong offset, int length)
    {
        Asked.Add($"read {region} {offset} {length}");
        return read;
    }

    public Errno BeforeWrite(int region, ulong offset, int length)
    {
        Asked.Add($"write {region} {offset} {length}");
        return write;
    }
}
