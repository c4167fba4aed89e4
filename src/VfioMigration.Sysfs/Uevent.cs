using System.Text;

namespace VfioMigration.Sysfs;

/// <summary>One message of the kernel to user space (<c>lib/kobject_uevent.c</c>).</summary>
/// <param name="Action">The name of the action, such as <c>add</c>.</param>
/// <param name="DevPath">Path below /sys, with a leading slash.</param>
/// <param name="Variables">KEY=VALUE from ACTION to the last one before SEQNUM.</param>
/// <param name="SeqNum">Counts up by one per uevent of the host.</param>
public sealed record Uevent(string Action, string DevPath, IReadOnlyList<string> Variables, long SeqNum)
{
    /// <summary><c>action@devpath</c>, the first field on the wire.</summary>
    public string Header => $"{Action}@{DevPath}";

    /// <summary>The fields as sent, each terminated by NUL.</summary>
    /// <param name="withSeqNum">False for a message that a kernel will number itself.</param>
    public byte[] ToPayload(bool withSeqNum = true)
    {
        IEnumerable<string> fields = Variables.Prepend(Header);
        return Encoding.UTF8.GetBytes(string.Concat((withSeqNum ? fields.Append($"SEQNUM={SeqNum}") : fields).Select(f => f + '\0')));
    }
}
