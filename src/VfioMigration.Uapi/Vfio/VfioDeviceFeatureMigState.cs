using System.Runtime.InteropServices;

namespace VfioMigration.Uapi.Vfio;

/// <summary><c>struct vfio_device_feature_mig_state</c>; 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VfioDeviceFeatureMigState
{
    public VfioDeviceState DeviceState;
    public int DataFd;
}
