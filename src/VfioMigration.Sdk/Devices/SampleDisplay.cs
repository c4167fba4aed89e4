using VfioMigration.Buses.Pci;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Sdk.Devices;

/// <summary>What the two displays of <c>samples/vfio-mdev</c> have in common, as measured.</summary>
public static class SampleDisplay
{
    /// <summary>No interrupt at all, no reset flag, a configuration region of 255 bytes, no flags on absent regions.</summary>
    public static VfioPciLayout Layout { get; } = new()
    {
        AdvertisesReset = false,
        ConfigRegionSize = 0xFF,
        AbsentRegionErrno = Errno.EFAULT,
        HasInterrupts = false,
    };

    /// <summary>Memory and I/O are enabled; a user's writes change nothing but the base addresses. The video memory is prefetchable.</summary>
    /// <param name="config">The space, with its BARs.</param>
    /// <param name="memoryBytes">Video memory, a power of two.</param>
    public static void Prepare(PciConfigSpace config, int memoryBytes)
    {
        config.Preset(0x04, [0x03, 0x00]);
        config.Protect(0x04, 0x0C);
        config.Protect(0x3C, 1);
        config.SetBar(0, (uint)memoryBytes, isPrefetchable: true);
    }
}
