using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Benchmarks.Serving;

/// <summary>
/// What the reference server serves, made of real attributes: <c>a0</c> to <c>a63</c>, which render 50 bytes and take writes that begin
/// with <c>accept</c>, and <c>big</c> with 10,000 entries. Besides them the memory of the process: <c>allocated_bytes</c> and
/// <c>managed_bytes</c>.
/// </summary>
internal static class LoadTree
{
    /// <summary>Of the directory in the root of the mount.</summary>
    internal const string DirectoryName = "devices/bench";

    /// <summary>Bytes ever allocated.</summary>
    internal const string AllocatedBytes = "allocated_bytes";

    /// <summary>Bytes in use after a full collection.</summary>
    internal const string ManagedBytes = "managed_bytes";

    private const int Attributes = 64;
    private const int BigEntries = 10_000;

    private static long counter;

    internal static void AddTo(DriverCore core)
    {
        Kobject directory = core.CreateDirectory(core.Devices, Path.GetFileName(DirectoryName)).Value;
        directory.AddGroup(new AttributeGroup([.. Enumerable.Range(0, Attributes).Select(number => Attribute($"a{number}", number))]));
        directory.AddGroup(new AttributeGroup(
            SysfsAttribute<Kobject>.ReadOnly(AllocatedBytes, static (_, page) => SysfsText.Line(page, GC.GetTotalAllocatedBytes(precise: true))),
            SysfsAttribute<Kobject>.ReadOnly(ManagedBytes, static (_, page) => SysfsText.Line(page, GC.GetTotalMemory(forceFullCollection: true)))));
        Kobject big = core.CreateDirectory(directory, "big").Value;
        big.AddGroup(new AttributeGroup([.. Enumerable.Range(0, BigEntries).Select(number => Attribute($"e{number}", number))]));
    }

    private static SysfsAttribute<Kobject> Attribute(string name, int number) => SysfsAttribute<Kobject>.ReadWrite(
        name,
        (_, page) => SysfsText.Line(page, $"value={Interlocked.Increment(ref counter):x16} node={number:D10} ok"),
        static (_, value) => value.StartsWith("accept"u8) ? Errno.None : Errno.EINVAL);
}
