using System.Text;

using VfioMigration.Compatibility.Judging;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Dialects;

/// <summary>
/// Write and ask (proposed 2020, R26, not merged; the mails name no file). <c>migration_ask</c>: one open file is one session; write the string
/// you have, read back the strings that would be accepted, the preferred ones first, until the end. <c>migration_ask_racy</c> is the same as an
/// ordinary attribute, with one answer shared by all users (R27): of two concurrent users, one gets the other's.
/// </summary>
public sealed class WriteAndAskDialect : Dialect
{
    private const string AttributeName = "migration_ask";
    private const string RacyName = "migration_ask_racy";

    public WriteAndAskDialect()
        : base("write_and_ask", "proposed 2020 (Dr. David Alan Gilbert), not merged")
    {
    }

    public override DialectAnswer? Ask(INodeFiles source, INodeFiles target)
    {
        if (!target.Exists(AttributeName) || !source.Read(MigrationVersionDialect.AttributeName).TryGet(out string version))
        {
            return null;
        }

        return !target.Ask(AttributeName, version).TryGet(out string answer, out Errno error) ? DialectAnswer.No(error.Text())
            : answer.Split('\n').Contains(version) ? DialectAnswer.Yes("the target lists the source's string")
            : DialectAnswer.No($"the target would accept {answer.Split('\n')[0]}");
    }

    public override IReadOnlyList<string> FilesOn(NodeKind kind) => [AttributeName, RacyName];

    /// <summary>
    /// The strings that a node accepts; first the one that was written, when it is among them. The vendor's errno for a string that is not the vendor's
    /// strings.
    /// </summary>
    internal static Result<string> Answer(CompatibilityNode node, string attribute, ReadOnlySpan<byte> question)
    {
        Verdict verdict = node.Judge(attribute, question);
        if (!verdict.IsAccepted)
        {
            return verdict.Rule is not "format" && node.AlternativesOf(verdict) is { Count: > 0 } alternatives
                ? string.Concat(alternatives.Select(one => one + "\n"))
                : verdict.Errno;
        }

        string asked = Encoding.ASCII.GetString(SysfsText.TrimNewline(question));
        IEnumerable<string> accepted = node.Alternatives().Select(node.Spell).OfType<string>().Prepend(asked).Distinct();
        return string.Concat(accepted.Select(one => one + "\n"));
    }

    protected override IReadOnlyList<AttributeGroup> GroupsFor(CompatibilityNode node)
    {
        string answer = "";
        return
        [
            new AttributeGroup(
                new SysfsSessionAttribute<Kobject>(AttributeName, _ => new Session(node)),
                SysfsAttribute<Kobject>.ReadWrite(
                    RacyName,
                    (_, page) => SysfsText.Lines(page, Volatile.Read(ref answer)),
                    (_, question) =>
                    {
                        if (!Answer(node, RacyName, question).TryGet(out string found, out Errno error))
                        {
                            return error;
                        }

                        Volatile.Write(ref answer, found);
                        return Errno.None;
                    })),
        ];
    }

    private sealed class Session(CompatibilityNode node) : IAttributeSession
    {
        private byte[] answer = [];
        private int position;

        public Result<int> Read(Span<byte> destination)
        {
            int count = Math.Min(destination.Length, answer.Length - position);
            answer.AsSpan(position, count).CopyTo(destination);
            position += count;
            return count;
        }

        public Errno Write(ReadOnlySpan<byte> question)
        {
            if (!Answer(node, AttributeName, question).TryGet(out string found, out Errno error))
            {
                return error;
            }

            answer = Encoding.ASCII.GetBytes(found);
            position = 0;
            return Errno.None;
        }
    }
}
