using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse.Tests.Support;

/// <summary>Takes a READDIR or READDIRPLUS payload apart as the kernel does.</summary>
internal static class DirectoryListing
{
    internal static List<Entry> Parse(ReadOnlySpan<byte> payload, bool plus)
    {
        var entries = new List<Entry>();
        while (!payload.IsEmpty)
        {
            FuseEntryOut lookup = plus ? MemoryMarshal.Read<FuseEntryOut>(payload) : default;
            int start = plus ? Unsafe.SizeOf<FuseEntryOut>() : 0;
            FuseDirent dirent = MemoryMarshal.Read<FuseDirent>(payload[start..]);
            int nameStart = start + Unsafe.SizeOf<FuseDirent>();
            string name = Encoding.UTF8.GetString(payload.Slice(nameStart, (int)dirent.NameLength));
            entries.Add(new Entry(name, dirent.Ino, dirent.Offset, dirent.Type, lookup));
            payload = payload[((nameStart + (int)dirent.NameLength + 7) & ~7)..];
        }

        return entries;
    }

    internal static IEnumerable<string> Names(ReadOnlySpan<byte> payload, bool plus) => Parse(payload, plus).Select(entry => entry.Name);

    internal sealed record Entry(string Name, ulong Ino, ulong Offset, uint Type, FuseEntryOut Lookup);
}
