using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vendors.Ccw;

/// <summary>Starts channel programs and keeps the status of each in guest memory.</summary>
internal sealed class CcwWorkload(CcwDevice device, GuestMemory memory, WorkloadOptions options) : DeviceWorkload(device, memory, options)
{
    public override Errno Start() => Errno.None;

    protected override Errno DoStep()
    {
        byte[] request = new byte[CcwDevice.RegionSize];
        byte[] answer = new byte[CcwDevice.RegionSize];
        Random.Fill(request.AsSpan(0, CcwDevice.OrbSize));
        Errno error = Device.WriteRegion(0, 0, request);
        error = error == Errno.None ? Device.ReadRegion(0, 0, answer) : error;
        if (error != Errno.None)
        {
            return error;
        }

        int at = Random.NextIndex(Memory.Length / CcwDevice.IrbSize) * CcwDevice.IrbSize;
        for (int i = 0; i < CcwDevice.IrbSize; i += CcwDevice.OrbSize)
        {
            GuestShadow.Write(at + i, request.AsSpan(0, CcwDevice.OrbSize));
        }

        Memory.Write(at, answer.AsSpan(CcwDevice.IrbOffset, CcwDevice.IrbSize));
        return Errno.None;
    }

    protected override void SaveProgram(StateWriter writer)
    {
    }

    protected override void LoadProgram(ref StateReader reader)
    {
    }
}
