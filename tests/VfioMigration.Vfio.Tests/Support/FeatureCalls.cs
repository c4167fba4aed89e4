using System.Runtime.InteropServices;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Features;

namespace VfioMigration.Vfio.Tests.Support;

/// <summary>VFIO_DEVICE_FEATURE as a program calls it.</summary>
internal static class FeatureCalls
{
    internal const uint Get = (uint)VfioDeviceFeatureFlags.VFIO_DEVICE_FEATURE_GET;
    internal const uint Set = (uint)VfioDeviceFeatureFlags.VFIO_DEVICE_FEATURE_SET;
    internal const uint Probe = (uint)VfioDeviceFeatureFlags.VFIO_DEVICE_FEATURE_PROBE;

    /// <summary>The header and a payload, with an argsz that covers both.</summary>
    internal static byte[] Argument(uint flags, params ReadOnlySpan<byte> payload)
    {
        byte[] argument = new byte[8 + payload.Length];
        MemoryMarshal.Write(argument, (uint)argument.Length);
        MemoryMarshal.Write(argument.AsSpan(4), flags);
        payload.CopyTo(argument.AsSpan(8));
        return argument;
    }

    internal static Errno Call(this VfioDevice device, uint flags, params ReadOnlySpan<byte> payload) =>
        DeviceFeatures.Invoke(device, Argument(flags, payload)).Error;

    /// <summary>MIG_DEVICE_STATE, SET; what came back in the structure.</summary>
    internal static (FeatureOutcome Outcome, uint State, int DataFd) SetState(this VfioDevice device, uint state, int dataFd = 77)
    {
        byte[] argument = Argument(Set | (uint)VfioDeviceFeature.VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, new byte[8]);
        MemoryMarshal.Write(argument.AsSpan(8), state);
        MemoryMarshal.Write(argument.AsSpan(12), dataFd);
        FeatureOutcome outcome = DeviceFeatures.Invoke(device, argument);
        Assert.Equal(16u, MemoryMarshal.Read<uint>(argument));
        return (outcome, MemoryMarshal.Read<uint>(argument.AsSpan(8)), MemoryMarshal.Read<int>(argument.AsSpan(12)));
    }

    /// <summary>DMA_LOGGING_START of any ranges; the page size that came back.</summary>
    internal static (Errno Error, ulong PageSize) StartLog(this VfioDevice device, ulong pageSize, params (ulong Iova, ulong Length)[] ranges) =>
        device.StartLog(pageSize, (uint)ranges.Length, ranges);

    /// <summary>As the other, with a number of ranges that need not be true.</summary>
    internal static (Errno Error, ulong PageSize) StartLog(
        this VfioDevice device, ulong pageSize, uint count, (ulong Iova, ulong Length)[] ranges)
    {
        var control = new VfioDmaLoggingControl { PageSize = pageSize, NumRanges = count, Ranges = 8 + 24 };
        byte[] payload =
        [
            .. MemoryMarshal.AsBytes([control]),
            .. MemoryMarshal.AsBytes<ulong>([.. ranges.SelectMany(range => (ulong[])[range.Iova, range.Length])]),
        ];
        byte[] argument = Argument(Set | (uint)VfioDeviceFeature.VFIO_DEVICE_FEATURE_DMA_LOGGING_START, payload);
        Errno error = DeviceFeatures.Invoke(device, argument).Error;
        return (error, MemoryMarshal.Read<ulong>(argument.AsSpan(8)));
    }

    /// <summary>DMA_LOGGING_REPORT into a bitmap, which is ORed into.</summary>
    internal static Errno ReportLog(this VfioDevice device, ulong iova, ulong length, ulong pageSize, byte[] bitmap)
    {
        var report = new VfioDmaLoggingReport { Iova = iova, Length = length, PageSize = pageSize, Bitmap = 8 + 32 };
        byte[] argument = Argument(
            Get | (uint)VfioDeviceFeature.VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT, [.. MemoryMarshal.AsBytes([report]), .. bitmap]);
        Errno error = DeviceFeatures.Invoke(device, argument).Error;
        argument.AsSpan(8 + 32).CopyTo(bitmap);
        return error;
    }
}
