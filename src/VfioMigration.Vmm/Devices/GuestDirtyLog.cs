using System.Buffers.Binary;
using System.Runtime.InteropServices;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.DirtyTracking;
using VfioMigration.Vfio.Features;
using VfioMigration.Vfio.Workloads;

using static VfioMigration.Uapi.Vfio.VfioDeviceFeature;

namespace VfioMigration.Vmm.Devices;

/// <summary>
/// Which pages of a guest changed: its processor's log, and the device's by DMA_LOGGING, or the container's bitmap for a device without a log.
/// </summary>
internal sealed class GuestDirtyLog(VfioDevice device, GuestMemory memory) : IDisposable
{
    private const int HeaderSize = 8;

    private bool usesDeviceLog = device is { HasDirtyLog: true, HasMergedMigration: true };
    private readonly byte[] container = new byte[DirtyLog.BitmapBytes((ulong)memory.Length, Page.Size)];
    private byte[] report = [];
    private bool isStarted;

    /// <summary>Begins with everything clean.</summary>
    internal Errno Start()
    {
        memory.TakeProcessorDirty(new byte[container.Length]);
        Errno error = usesDeviceLog ? StartDevice() : Errno.None;
        if (error != Errno.None || usesDeviceLog)
        {
            return error;
        }

        isStarted = true;
        memory.Map.SetContainerTracking(true);
        return Errno.None;
    }

    /// <summary>A kernel that cannot report what a device has logged (EOPNOTSUPP) leaves the container's bitmap.</summary>
    private Errno StartDevice()
    {
        int controlSize = Marshal.SizeOf<VfioDmaLoggingControl>();
        byte[] call = new byte[HeaderSize + controlSize + Marshal.SizeOf<VfioDmaLoggingRange>()];
        var control = new VfioDmaLoggingControl { PageSize = Page.Size, NumRanges = 1, Ranges = (ulong)(HeaderSize + controlSize) };
        var range = new VfioDmaLoggingRange { Iova = 0, Length = (ulong)memory.Length };
        MemoryMarshal.Write(call.AsSpan(HeaderSize), control);
        MemoryMarshal.Write(call.AsSpan(HeaderSize + controlSize), range);
        report = new byte[HeaderSize + Marshal.SizeOf<VfioDmaLoggingReport>() + container.Length];
        Errno error = Invoke(call, VFIO_DEVICE_FEATURE_DMA_LOGGING_START, VfioDeviceFeatureFlags.VFIO_DEVICE_FEATURE_SET);
        isStarted = error == Errno.None;
        error = isStarted ? HarvestDevice(new byte[container.Length]) : error;
        if (error == Errno.EOPNOTSUPP)
        {
            Dispose();
            usesDeviceLog = false;
            return Errno.None;
        }

        return error;
    }

    /// <summary>ORs what changed since the last time into a bitmap of one bit per page.</summary>
    internal Errno Harvest(Span<byte> bitmap)
    {
        memory.TakeProcessorDirty(bitmap);
        return usesDeviceLog ? HarvestDevice(bitmap) : HarvestContainer(bitmap);
    }

    public void Dispose()
    {
        if (!isStarted)
        {
            return;
        }

        isStarted = false;
        if (usesDeviceLog)
        {
            Invoke(new byte[HeaderSize], VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP, VfioDeviceFeatureFlags.VFIO_DEVICE_FEATURE_SET);
        }
        else
        {
            memory.Map.SetContainerTracking(false);
        }
    }

    private Errno HarvestDevice(Span<byte> bitmap)
    {
        int reportSize = Marshal.SizeOf<VfioDmaLoggingReport>();
        Span<byte> found = report.AsSpan(HeaderSize + reportSize);
        found.Clear();
        var asked = new VfioDmaLoggingReport { Iova = 0, Length = (ulong)memory.Length, PageSize = Page.Size, Bitmap = (ulong)(HeaderSize + reportSize) };
        MemoryMarshal.Write(report.AsSpan(HeaderSize), asked);
        Errno error = Invoke(report, VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT, VfioDeviceFeatureFlags.VFIO_DEVICE_FEATURE_GET);
        Or(bitmap, found);
        return error;
    }

    private Errno HarvestContainer(Span<byte> bitmap)
    {
        Errno error = memory.Map.GetBitmap(0, (ulong)memory.Length, Page.Size, container);
        Or(bitmap, container);
        return error;
    }

    private Errno Invoke(byte[] call, VfioDeviceFeature feature, VfioDeviceFeatureFlags method)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(call, (uint)call.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(call.AsSpan(4), (uint)feature | (uint)method);
        return DeviceFeatures.Invoke(device, call).Error;
    }

    private static void Or(Span<byte> target, ReadOnlySpan<byte> found) =>
        new BitmapSink(target, origin: 0).Take(firstPage: 0, MemoryMarshal.Cast<byte, ulong>(found));
}
