using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Fuse;

/// <summary><c>struct fuse_init_out</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FuseInitOut
{
    public uint Major;
    public uint Minor;
    public uint MaxReadahead;
    public uint Flags;
    public ushort MaxBackground;
    public ushort CongestionThreshold;
    public uint MaxWrite;
    public uint TimeGranularity;
    public ushort MaxPages;
    public ushort MapAlignment;
    public uint Flags2;
    public uint MaxStackDepth;
    public ushort RequestTimeout;
    public ushort Unused0;
    public uint Unused1;
    public uint Unused2;
    public uint Unused3;
    public uint Unused4;
    public uint Unused5;
}
