using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VfioMigration.Buses.Pci;
using VfioMigration.DevVfio.Clients;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;

namespace VfioMigration.DevVfio.Ioctls;

/// <summary>The reset of a bus with all functions on it (<c>vfio_pci_core.c</c>), which only who holds them all may ask for. ENODEV on bus 0, which no bridge can reset.</summary>
internal static class HotReset
{
    /// <summary>Which functions it would reset. ENOSPC, and their number, when the caller gave too little room; EPERM: one of them has no group.</summary>
    internal static VfioIoctlAnswer GetInfo(DeviceFile file, in VfioIoctlCall call, ref VfioPciHotResetInfo info)
    {
        VfioPciDependentDevice[]? affected = Affected(file);
        if (affected is null)
        {
            return Errno.ENODEV;
        }

        int header = Unsafe.SizeOf<VfioPciHotResetInfo>();
        bool hasRoom = affected.Length <= (info.Argsz - header) / Unsafe.SizeOf<VfioPciDependentDevice>();
        info.Flags = !hasRoom || !file.IsCdev ? VfioPciHotResetFlags.None
            : Array.Exists(affected, static function => function.GroupOrDeviceId == DeviceFile.HotResetNotOwned) ? VfioPciHotResetFlags.VFIO_PCI_HOT_RESET_FLAG_DEV_ID
            : VfioPciHotResetFlags.VFIO_PCI_HOT_RESET_FLAG_DEV_ID | VfioPciHotResetFlags.VFIO_PCI_HOT_RESET_FLAG_DEV_ID_OWNED;
        info.Count = (uint)affected.Length;
        Errno error = hasRoom ? call.Client.Write(call.Argument + (ulong)header, MemoryMarshal.AsBytes(affected.AsSpan())) : Errno.None;
        error = error == Errno.None ? call.Put(0, info) : error;
        return error != Errno.None ? error : hasRoom ? Errno.None : Errno.ENOSPC;
    }

    /// <summary>EINVAL: the groups given, or the iommufd of the file, do not hold all the functions, or one of the functions is not bound to vfio-pci; EBADF: no such descriptor.</summary>
    internal static VfioIoctlAnswer Run(DeviceFile file, in VfioIoctlCall call, ref VfioPciHotReset reset)
    {
        if (reset.Flags != 0 || (reset.Count == 0) != file.IsCdev)
        {
            return Errno.EINVAL;
        }

        VfioPciDependentDevice[]? affected = Affected(file);
        if (affected is null || reset.Count > affected.Length)
        {
            return affected is null ? Errno.ENODEV : Errno.EINVAL;
        }

        var held = new List<VfioGroup>();
        for (int i = 0; i < reset.Count; i++)
        {
            if (call.Get(Unsafe.SizeOf<VfioPciHotReset>() + (i * sizeof(int)), out int descriptor) != Errno.None)
            {
                return Errno.EFAULT;
            }

            if (!call.Client.FindFile(descriptor).TryGet(out DevVfioFile? found, out Errno error) || found is not GroupFile group)
            {
                return error == Errno.None ? Errno.EINVAL : error;
            }

            held.Add(group.Group);
        }

        return Reset(file, call, held);
    }

    private static Errno Reset(DeviceFile file, in VfioIoctlCall call, List<VfioGroup> held)
    {
        PciDevice[] functions = FunctionsOf(file);
        VfioDevice?[] devices = [.. functions.Select(function => file.Host.Core.Find(function.Name))];
        bool isHeld = file.IsCdev
            ? Array.TrueForAll(functions, function => file.HotResetIdOf(function) != DeviceFile.HotResetNotOwned)
            : Array.TrueForAll(devices, device => held.Exists(group => group.Device == device));
        if (!isHeld || devices.Contains(null))
        {
            return Errno.EINVAL;
        }

        foreach (VfioDevice? device in devices)
        {
            Errno error = device!.Reset(call.Client.Interrupted);
            if (error != Errno.None)
            {
                return error;
            }
        }

        return Errno.None;
    }

    private static VfioPciDependentDevice[]? Affected(DeviceFile file) =>
        file.Device.Device is not PciDevice { Address.Bus: not 0 } ? null : [.. FunctionsOf(file).Select(function => new VfioPciDependentDevice
        {
            GroupOrDeviceId = file.HotResetIdOf(function),
            Segment = function.Address.Domain,
            Bus = function.Address.Bus,
            DevFn = (byte)((function.Address.Slot << 3) | function.Address.Function),
        })];

    private static PciDevice[] FunctionsOf(DeviceFile file)
    {
        var own = (PciDevice)file.Device.Device;
        return [.. own.Bus!.Devices.OfType<PciDevice>().Where(function => function.Address.Domain == own.Address.Domain && function.Address.Bus == own.Address.Bus)];
    }
}
