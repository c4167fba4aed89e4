using System.Collections.Concurrent;
using System.Text;

using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Dialects;

/// <summary>
/// The <c>migration_version</c> attribute (proposed 2019-2020, series v5, not merged): reading gives the version string, writing the
/// string of a source device succeeds when that device's state would be accepted, and fails with the vendor's errno otherwise. Every
/// refusal leaves its reason, both strings and the rule in the host's kernel log (R10).
/// </summary>
public sealed class MigrationVersionDialect
{
    public const string AttributeName = "migration_version";

    private readonly ConcurrentDictionary<Kobject, Entry> entries = new();
    private readonly AttributeGroup group;

    public MigrationVersionDialect() =>
        group = new AttributeGroup(SysfsAttribute<Kobject>.ReadWrite(AttributeName, Show, Store));

    /// <summary>Hangs the attribute (0644) on a type or a device.</summary>
    /// <param name="node">Whose directory gets the file.</param>
    /// <param name="reporter">The device that is named in the kernel log.</param>
    /// <param name="compatibility">Answers for the node.</param>
    public Errno Attach(Kobject node, Device reporter, IMigrationCompatibility compatibility)
    {
        if (!entries.TryAdd(node, new Entry(reporter, compatibility)))
        {
            return Errno.EEXIST;
        }

        Errno error = node.AddGroup(group);
        if (error != Errno.None)
        {
            entries.TryRemove(node, out _);
        }

        return error;
    }

    public void Detach(Kobject node)
    {
        if (entries.TryRemove(node, out _))
        {
            node.RemoveGroup(group);
        }
    }

    private Result<int> Show(Kobject node, Span<byte> page)
    {
        if (!entries.TryGetValue(node, out Entry? entry))
        {
            return Errno.ENODEV;
        }

        if (!entry.GetVersion(node).TryGet(out string text, out Errno error))
        {
            return error.Clamp();
        }

        if (MigrationVersionString.FindProblem(text) is { } problem)
        {
            entry.Report(node, LogLevels.Error, $"driver bug: {problem}");
            return Errno.EIO;
        }

        int length = Encoding.ASCII.GetBytes(text, page);
        page[length] = (byte)'\n';
        return length + 1;
    }

    private Errno Store(Kobject node, ReadOnlySpan<byte> remote)
    {
        if (!entries.TryGetValue(node, out Entry? entry))
        {
            return Errno.ENODEV;
        }

        try
        {
            Verdict verdict = entry.Compatibility.Judge(remote);
            if (verdict.IsAccepted)
            {
                return Errno.None;
            }

            entry.Report(node, verdict, SysfsText.TrimNewline(remote).ToArray());
            return verdict.Errno.Clamp();
        }
        catch (Exception bug)
        {
            entry.Report(node, LogLevels.Error, $"driver bug: judging threw {bug.GetType().Name}: {bug.Message}");
            return Errno.EIO;
        }
    }

    private sealed record Entry(Device Reporter, IMigrationCompatibility Compatibility)
    {
        /// <summary>The vendor's answer; an exception is EIO and a line in the kernel log.</summary>
        internal Result<string> GetVersion(Kobject node)
        {
            try
            {
                return Compatibility.GetVersion();
            }
            catch (Exception bug)
            {
                Report(node, LogLevels.Error, $"driver bug: the version string threw {bug.GetType().Name}: {bug.Message}");
                return Errno.EIO;
            }
        }

        /// <summary>
        /// A refusal. Programs may cause many in a row, so the words are made when somebody reads them; until then only texts are kept,
        /// nothing of the driver.
        /// </summary>
        internal void Report(Kobject node, Verdict verdict, byte[] remote)
        {
            const int UsualLength = 256;
            (_, Errno errno, string reason, string rule) = verdict;
            string? type = node == Reporter ? null : node.Name;
            bool hasLocal = GetVersion(node).TryGet(out string local, out Errno error);
            Reporter.Log(LogLevels.Error, UsualLength + remote.Length, () =>
                $"{Subject(type)}: refused with {errno.Name()}: {reason} [{rule}], "
                + $"local {(hasLocal ? $"\"{local}\"" : error.Name())}, remote \"{SysfsText.Printable(remote)}\"");
        }

        /// <summary>A line that starts with the device, and names the type when the node is one.</summary>
        internal void Report(Kobject node, int level, string text) => Reporter.Log(level, $"{Subject(node == Reporter ? null : node.Name)}: {text}");

        private static string Subject(string? type) => type is null ? AttributeName : $"{type}: {AttributeName}";
    }
}
