using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Vmm.Guests;

/// <summary>A device that is migrated without a guest: as long as this is not disposed, it has no other user and is not removed.</summary>
public sealed class DeviceUse : IDisposable
{
    private readonly VfioDeviceFile file;
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private DeviceUse(VfioDeviceFile file)
    {
        this.file = file;
        Stopping = stopping.Token;
    }

    public VfioDevice Device => file.Device;

    /// <summary>Cancelled when the device must be released: its migration ends at once.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Errors as <see cref="VfioDevice.Hold"/>.</summary>
    public static Result<DeviceUse> Begin(VfioDevice device) =>
        device.Hold().TryGet(out VfioDeviceFile file, out Errno error) ? new DeviceUse(file) : error;

    /// <summary>Ends the migration and returns when the device is free; at once when it is free already.</summary>
    public void Stop()
    {
        stopping.Cancel();
        closed.Task.Wait();
    }

    /// <summary>The source of the token has nothing to free, and may still be cancelled.</summary>
    public void Dispose()
    {
        file.Dispose();
        closed.TrySetResult();
    }
}
