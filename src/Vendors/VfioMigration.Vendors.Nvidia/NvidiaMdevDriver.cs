using System.Collections.Concurrent;

using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.Nvidia;

/// <summary>Drives the vGPUs that are mediated devices; one that does not fit, or is of another type than those there are, is refused with ENOSPC.</summary>
internal sealed class NvidiaMdevDriver(VendorContext context, KernelModule module, NvidiaOptions options)
    : MdevDriver(context.Mdev, module, "nvidia-vgpu-vfio")
{
    private readonly ConcurrentDictionary<Device, NvidiaGpu> cards = new();

    public override string DeviceApi => "vfio-pci";

    public override int? GetAvailable(MdevType type) => GpuOf(type)?.Available((NvidiaType)type.Definition) ?? 0;

    public override string Describe(MdevType type) => ((NvidiaType)type.Definition).Description;

    internal void AddCard(Device card) => cards[card] = new NvidiaGpu();

    internal void RemoveCard(Device card) => cards.TryRemove(card, out _);

    protected override Errno Probe(MdevDevice device)
    {
        var type = (NvidiaType)device.Type.Definition;
        if (GpuOf(device.Type) is not { } gpu || !gpu.TryTake(type))
        {
            return Errno.ENOSPC;
        }

        var vgpu = new NvidiaDevice(device, type, options);
        device.DriverData = vgpu;
        Errno error = context.Vfio.RegisterEmulatedIommuDevice(vgpu);
        if (error != Errno.None)
        {
            gpu.Return();
        }

        return error;
    }

    protected override void Remove(MdevDevice device)
    {
        context.Vfio.Unregister((VfioDevice)device.DriverData!);
        GpuOf(device.Type)?.Return();
    }

    private NvidiaGpu? GpuOf(MdevType type) => cards.GetValueOrDefault(type.MdevParent.Device);
}
