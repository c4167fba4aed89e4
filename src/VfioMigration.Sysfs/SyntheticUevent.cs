using System.Text;

using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>
/// A write to a <c>uevent</c> file: <c>ACTION [UUID [KEY=VALUE]...]</c>, as kobject_synth_uevent of
/// <c>lib/kobject_uevent.c</c> reads it.
/// </summary>
internal static class SyntheticUevent
{
    private const int UuidLength = 36;

    /// <summary>Sends the uevent. EINVAL with a line in the kernel log when the text is not of that form.</summary>
    internal static Errno Send(Kobject kobject, ReadOnlySpan<byte> value)
    {
        int nul = value.IndexOf((byte)0);
        ReadOnlySpan<byte> text = TrimOne(nul >= 0 && nul < value.Length - 1 ? value[..nul] : value);
        int space = text.IndexOf((byte)' ');
        UeventAction? action = ParseAction(space < 0 ? text : text[..space]);
        if (action is null)
        {
            return Refuse(kobject, "unknown uevent action string");
        }

        var extra = new List<KeyValuePair<string, string>>();
        if (space < 0)
        {
            extra.Add(new("SYNTH_UUID", "0"));
        }
        else if (!TryParseArguments(text[(space + 1)..], extra))
        {
            return Refuse(kobject, "incorrect uevent action arguments");
        }

        Errno error = kobject.SendUevent(action.Value, [.. extra]);
        return error == Errno.None ? error : Refuse(kobject, "failed to send uevent", error);
    }

    private static Errno Refuse(Kobject kobject, string reason, Errno error = Errno.EINVAL)
    {
        kobject.Tree.Log.Write(LogLevels.Warning, $"synth uevent: {kobject.DevPath}: {reason}");
        return error;
    }

    private static ReadOnlySpan<byte> TrimOne(ReadOnlySpan<byte> text) =>
        text.Length > 0 && text[^1] is (byte)'\n' or (byte)0 ? text[..^1] : text;

    private static UeventAction? ParseAction(ReadOnlySpan<byte> word)
    {
        string text = Encoding.Latin1.GetString(word);
        foreach (UeventAction action in Enum.GetValues<UeventAction>())
        {
            if (UeventStream.Word(action) == text)
            {
                return action;
            }
        }

        return null;
    }

    private static bool TryParseArguments(ReadOnlySpan<byte> text, List<KeyValuePair<string, string>> into)
    {
        if (text.Length < UuidLength || !SysfsText.IsUuid(text[..UuidLength]))
        {
            return false;
        }

        into.Add(new("SYNTH_UUID", Encoding.ASCII.GetString(text[..UuidLength])));
        ReadOnlySpan<byte> rest = text[UuidLength..];
        while (!rest.IsEmpty)
        {
            if (rest[0] != ' ')
            {
                return false;
            }

            rest = rest[1..];
            int key = AlphanumericLength(rest);
            if (key == 0 || key == rest.Length || rest[key] != '=')
            {
                return false;
            }

            ReadOnlySpan<byte> afterKey = rest[(key + 1)..];
            int val = AlphanumericLength(afterKey);
            if (val == 0)
            {
                return false;
            }

            into.Add(new($"SYNTH_ARG_{Encoding.ASCII.GetString(rest[..key])}", Encoding.ASCII.GetString(afterKey[..val])));
            rest = afterKey[val..];
        }

        return true;
    }

    private static int AlphanumericLength(ReadOnlySpan<byte> text)
    {
        int length = 0;
        while (length < text.Length && char.IsAsciiLetterOrDigit((char)text[length]))
        {
            length++;
        }

        return length;
    }
}
