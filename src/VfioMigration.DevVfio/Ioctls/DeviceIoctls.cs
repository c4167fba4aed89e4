using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VfioMigration.DevVfio.Clients;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Features;
using VfioMigration.Vfio.Irqs;
using VfioMigration.Vfio.Regions;
using static VfioMigration.DevVfio.Ioctls.VfioIoctlRows;
using static VfioMigration.Uapi.Vfio.VfioIoctlNumbers;

namespace VfioMigration.DevVfio.Ioctls;

/// <summary>Of a device (<c>vfio_main.c</c>, <c>vfio_pci_core.c</c>). What only functions bound to vfio-pci have is ENOTTY on others.</summary>
internal static class DeviceIoctls
{
    internal static IEnumerable<VfioIoctl> Rows => GrantedRows.Select(Granted).Append(BindingIoctls.Bind);

    private static IEnumerable<VfioIoctl> GrantedRows =>
    [
        BindingIoctls.Attach,
        BindingIoctls.Detach,
        Device<VfioDeviceInfo>(VFIO_DEVICE_GET_INFO, nameof(VFIO_DEVICE_GET_INFO), 16, GetInfo),
        Device<VfioRegionInfo>(VFIO_DEVICE_GET_REGION_INFO, nameof(VFIO_DEVICE_GET_REGION_INFO), 32, GetRegionInfo, writesBack: true),
        Device<VfioIrqInfo>(VFIO_DEVICE_GET_IRQ_INFO, nameof(VFIO_DEVICE_GET_IRQ_INFO), 16, GetIrqInfo, writesBack: true),
        Plain<DeviceFile>(VfioFileKind.Device, VFIO_DEVICE_SET_IRQS, nameof(VFIO_DEVICE_SET_IRQS), SetIrqs, mayBlock: true),
        Plain<DeviceFile>(
            VfioFileKind.Device,
            VFIO_DEVICE_RESET,
            nameof(VFIO_DEVICE_RESET),
            static (file, in call) => IsFunctionWithoutReset(file.Device) ? Errno.EINVAL : file.Device.Reset(call.Client.Interrupted),
            mayBlock: true),
        Plain<DeviceFile>(VfioFileKind.Device, VFIO_DEVICE_FEATURE, nameof(VFIO_DEVICE_FEATURE), Feature, mayBlock: true, returnsFile: true),
        OfFunction(Device<VfioPciHotResetInfo>(VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, nameof(VFIO_DEVICE_GET_PCI_HOT_RESET_INFO), 12, HotReset.GetInfo)),
        OfFunction(Device<VfioPciHotReset>(VFIO_DEVICE_PCI_HOT_RESET, nameof(VFIO_DEVICE_PCI_HOT_RESET), 12, HotReset.Run, reenters: true)),
        OfFunction(Device<VfioDeviceIoeventfd>(
            VFIO_DEVICE_IOEVENTFD,
            nameof(VFIO_DEVICE_IOEVENTFD),
            28,
            static (file, in call, ref ioeventfd) =>
                (ioeventfd.Flags & ~VfioIoeventfdFlags.VFIO_DEVICE_IOEVENTFD_SIZE_MASK) != 0 ? Errno.EINVAL : file.SetIoeventfd(call.Client, ioeventfd))),
    ];

    private static VfioIoctl Device<T>(
        uint number, string name, int minimum, StructureMethod<DeviceFile, T> method, bool writesBack = false, bool reenters = false)
        where T : unmanaged => Structure(VfioFileKind.Device, number, name, minimum, method, writesBack, mayBlock: true, reenters);

    /// <summary>A file that is not bound refuses everything but to be bound.</summary>
    private static VfioIoctl Granted(VfioIoctl row) => row with
    {
        Run = (file, in call) => ((DeviceFile)file).IsGranted ? row.Run(file, call) : Errno.EINVAL,
    };

    private static VfioIoctl OfFunction(VfioIoctl row) => row with
    {
        Run = (file, in call) => ((DeviceFile)file).Device is VfioPciDevice { IsFunction: true } ? row.Run(file, call) : Errno.ENOTTY,
    };

    private static bool IsFunctionWithoutReset(VfioDevice device) =>
        device is VfioPciDevice { IsFunction: true } && !device.Flags.HasFlag(VfioDeviceFlags.VFIO_DEVICE_FLAGS_RESET);

    /// <summary>Only vfio-pci knows the fields behind num_irqs; other drivers leave them as they are.</summary>
    private static VfioIoctlAnswer GetInfo(DeviceFile file, in VfioIoctlCall call, ref VfioDeviceInfo info)
    {
        const int Short = 16;
        int size = file.Device is VfioPciDevice { IsFunction: true } ? (int)Math.Min(info.Argsz, (uint)Unsafe.SizeOf<VfioDeviceInfo>()) : Short;
        info.Flags = file.Device.Flags;
        info.NumRegions = (uint)file.Device.Regions.Count;
        info.NumIrqs = (uint)file.Device.Irqs.Count;
        return call.Client.Write(call.Argument, MemoryMarshal.AsBytes(new ReadOnlySpan<VfioDeviceInfo>(in info))[..size]);
    }

    private static VfioIoctlAnswer GetRegionInfo(DeviceFile file, in VfioIoctlCall call, ref VfioRegionInfo info)
    {
        if (info.Index >= file.Device.Regions.Count)
        {
            return Errno.EINVAL;
        }

        VfioRegion region = file.Device.Regions[(int)info.Index];
        info.Size = region.Size;
        info.Offset = file.OffsetOf((int)info.Index);
        (info.Flags, IReadOnlyList<RegionCapability> chain) = file.Show((int)info.Index);
        var capabilities = new InfoCapabilities();
        foreach (RegionCapability capability in chain)
        {
            capabilities.Add((ushort)capability.Id, capability.Version, capability.ToBytes());
        }

        return capabilities.CopyOut(call, Unsafe.SizeOf<VfioRegionInfo>(), ref info.Argsz, ref info.CapOffset);
    }

    private static VfioIoctlAnswer GetIrqInfo(DeviceFile file, in VfioIoctlCall call, ref VfioIrqInfo info)
    {
        if (info.Index >= file.Device.Irqs.Count || !file.Device.Irqs[(int)info.Index].IsKnown)
        {
            return Errno.EINVAL;
        }

        VfioIrq irq = file.Device.Irqs[(int)info.Index];
        info.Flags = irq.Flags;
        info.Count = (uint)irq.Count;
        return irq.Type is { } type ? IrqTypeChain.CopyOut(call, type, ref info.Argsz) : Errno.None;
    }

    private static VfioIoctlAnswer SetIrqs(DeviceFile file, in VfioIoctlCall call) =>
        call.Get(0, out VfioIrqSet header) != Errno.None ? Errno.EFAULT : IrqSetting.Run(file.Device, call, header);

    private static VfioIoctlAnswer Feature(DeviceFile file, in VfioIoctlCall call)
    {
        FeatureOutcome outcome = DeviceFeatures.Invoke(file.Device, call.Client, call.Argument, call.Client.Interrupted);
        return outcome.Session is null
            ? outcome.Error
            : new VfioIoctlAnswer(0, new MigrationDataFile(outcome.Session), call.Argument + DeviceFeatures.HeaderSize + sizeof(uint));
    }
}
