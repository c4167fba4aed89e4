using System.Text;

using VfioMigration.Compatibility;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Conformance;

/// <summary>One type or device of the driver: who answers for it, and its directory.</summary>
internal sealed record Specimen(Kobject Node, Kobject? TypeOf, IMigrationCompatibility Judge)
{
    internal string Path => Node.DevPath;

    internal bool IsDevice => Node is Device;

    internal string? Version => Judge.GetVersion().TryGet(out string version) ? version : null;

    internal bool Accepts(string remote) => Judge.Judge(Encoding.ASCII.GetBytes(remote)).IsAccepted;
}
