using VfioMigration.Compatibility;

namespace VfioMigration.Vendors.Mdpy;

/// <summary>String: <c>mdpy-1-WIDTHxHEIGHT</c>; only a display of the same size fits.</summary>
internal static class MdpyCompatibility
{
    internal static IMigrationCompatibility Of(MdpyType type) => new StrictEquality("mdpy", $"mdpy-1-{type.Width}x{type.Height}");
}
