using System.Text;

using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.SysfsMount.Tests.Support;

/// <summary>Attributes that count how they are used.</summary>
internal sealed class SampleAttributes
{
    internal int Shows;

    internal List<string> Stores { get; } = [];

    internal string Text { get; set; } = "text\n";

    internal Errno Error { get; set; }

    internal SysfsAttribute<Kobject> ReadWrite(string name) => SysfsAttribute<Kobject>.ReadWrite(name, (_, page) => Show(page), (_, value) => Store(value));

    internal SysfsAttribute<Kobject> ReadOnly(string name) => SysfsAttribute<Kobject>.ReadOnly(name, (_, page) => Show(page));

    internal SysfsAttribute<Kobject> WriteOnly(string name) => SysfsAttribute<Kobject>.WriteOnly(name, (_, value) => Store(value));

    private Result<int> Show(Span<byte> page)
    {
        Shows++;
        return Error == Errno.None ? Encoding.UTF8.GetBytes(Text, page) : Error;
    }

    private Errno Store(ReadOnlySpan<byte> value)
    {
        Stores.Add(Encoding.UTF8.GetString(value));
        return Error;
    }
}
