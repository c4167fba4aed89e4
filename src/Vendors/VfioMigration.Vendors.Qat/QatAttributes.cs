using VfioMigration.Sdk.Functions;
using VfioMigration.Sysfs;

namespace VfioMigration.Vendors.Qat;

/// <summary>The files of a function while it is bound: <c>algorithms</c> (proposed 2020, not merged).</summary>
internal static class QatAttributes
{
    /// <summary>EINVAL: not a set of names. EBUSY: the function is in use, and its guest relies on the current value.</summary>
    internal static readonly IReadOnlyList<AttributeGroup> Groups =
        [FunctionConfiguration.Group<QatDevice, AlgorithmSet>("algorithms", static device => device.Algorithms.Text, AlgorithmSet.Parse, static (device, wanted) => device.Configure(wanted))];
}
