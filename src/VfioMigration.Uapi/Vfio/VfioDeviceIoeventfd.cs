using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_device_ioeventfd</c>; 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioDeviceIoeventfd
{
    public uint Argsz;
    public VfioIoeventfdFlags Flags;
    public ulong Offset;
    public ulong Data;
    public int Fd;
    public uint Reserved;
}
