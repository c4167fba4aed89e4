namespace VfioMigration.Vfio;

/// <summary>An open device: what a user of VFIO holds as a descriptor. Disposing it is close(2).</summary>
public sealed class VfioDeviceFile : IDisposable
{
    private readonly bool isHeld;
    private int closed;

    internal VfioDeviceFile(VfioDevice device, bool isHeld)
    {
        Device = device;
        this.isHeld = isHeld;
    }

    public VfioDevice Device { get; }

    /// <summary>From now on the device reaches this address space; when it returns, no access to the one before is under way.</summary>
    public void SetAddressSpace(Dma.DmaMap map) => Device.Dma.Replace(map);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref closed, 1) == 0)
        {
            Device.CloseFile(isHeld);
        }
    }
}
