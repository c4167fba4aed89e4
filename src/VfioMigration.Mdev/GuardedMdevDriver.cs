using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;

namespace VfioMigration.Mdev;

/// <summary>The properties of a driver of mediated devices, through a guard. A driver that fails gets the minimal answer.</summary>
internal sealed class GuardedMdevDriver(MdevDriver driver, VendorGuard guard)
{
    internal VendorGuard Guard => guard;

    /// <summary>EIO for a driver that fails or returns null.</summary>
    internal Result<string> DeviceApi => NotNull(guard.Call(VendorCall.Describe, driver, static driver => (Result<string?>)driver.DeviceApi));

    /// <summary>0 for a driver that fails; what is below zero counts as zero.</summary>
    internal int MaxInstances =>
        guard.Call(VendorCall.Describe, driver, static driver => (Result<int>)driver.MaxInstances).Result.TryGet(out int most) ? Math.Max(0, most) : 0;

    /// <summary>False for a driver that fails.</summary>
    internal bool TakesCreationParameters =>
        guard.Call(VendorCall.Describe, driver, static driver => (Result<bool>)driver.TakesCreationParameters).Result is { IsOk: true, Value: true };

    /// <summary>None for a driver that fails; what is below zero counts as zero. Null where the parent counts.</summary>
    internal int? GetAvailable(MdevType type) =>
        guard.Call(VendorCall.Describe, (driver, type), static call => (Result<int?>)call.driver.GetAvailable(call.type)).Result.TryGet(out int? available)
            ? available is { } number ? Math.Max(0, number) : null
            : 0;

    /// <summary>Null for a driver that fails.</summary>
    internal string? Describe(MdevType type) =>
        guard.Call(VendorCall.Describe, (driver, type), static call => (Result<string?>)call.driver.Describe(call.type)).Result.TryGet(out string? text) ? text : null;

    private static Result<string> NotNull(VendorAnswer<string?> answer) =>
        answer.Result.TryGet(out string? text, out Errno error) ? text is null ? Errno.EIO : text : error;
}
