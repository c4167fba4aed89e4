using System.Globalization;

using VfioMigration.Compatibility;
using VfioMigration.Mdev;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sdk.Aggregation;

/// <summary>
/// The aggregation series (proposed December 2019 to April 2020, not merged): <c>mdev/aggregated_instances</c> and <c>mdev/max_aggregation</c>
/// of a device, and the creation parameter <c>aggregate=N</c>.
/// </summary>
public static class AggregationAttributes
{
    /// <summary>The creation parameter: <c>echo "UUID,aggregate=2" &gt; create</c>.</summary>
    public const string Parameter = "aggregate";

    public static readonly AttributeGroup Group = new(
        "mdev",
        SysfsAttribute<MdevDevice>.ReadWrite("aggregated_instances", static (device, page) => SysfsText.Line(page, Of(device).AggregatedInstances), Store),
        SysfsAttribute<MdevDevice>.ReadOnly("max_aggregation", static (device, page) => SysfsText.Line(page, Of(device).MaxAggregation)));

    /// <summary>
    /// The number that a device was created with, 1 without one. EINVAL: not a number from 1 to 2^31 - 1, or a parameter other than this
    /// series.
    /// </summary>
    public static Result<int> Read(MdevDevice device)
    {
        if (device.CreationParameters.Keys.Any(name => name != Parameter))
        {
            return Errno.EINVAL;
        }

        string text = device.CreationParameters.GetValueOrDefault(Parameter, "1");
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 ? count : Errno.EINVAL;
    }

    /// <summary>What a type can be created as, from two instances.</summary>
    /// <param name="maxInstances">Instances of one device, on an empty parent.</param>
    /// <param name="available">How many devices of that many instances fit now.</param>
    /// <param name="judge">The compatibility of a device of that many instances.</param>
    public static IReadOnlyList<TypeConfiguration> ConfigurationsUpTo(int maxInstances, Func<int, int> available, Func<int, IMigrationCompatibility> judge) =>
    [
        .. Enumerable.Range(2, Math.Max(0, maxInstances - 1))
            .Select(instances => new TypeConfiguration($"{Parameter}={instances}", available(instances), judge(instances))),
    ];

    private static Errno Store(MdevDevice device, ReadOnlySpan<byte> value) =>
        SysfsText.ParseUnsigned(value).TryGet(out ulong count) && count is > 0 and <= int.MaxValue ? Of(device).Aggregate((int)count) : Errno.EINVAL;

    private static IAggregatedDevice Of(MdevDevice device) => (IAggregatedDevice)device.DriverData!;
}
