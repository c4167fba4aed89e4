using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace VfioMigration.Integration.Tests.ErrnoTable;

/// <summary>The bytes a row wrote, from their escaped and possibly shortened text.</summary>
internal static partial class RowPayload
{
    internal static byte[] Of(ErrnoTableRow row)
    {
        Match match = Parentheses().Match(row.Operation);
        Assert.True(match.Success, $"no payload in {row}");
        int length = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        string text = match.Groups[2].Value;
        int cut = text.IndexOf("...[", StringComparison.Ordinal);
        byte[] prefix = Unescape(cut < 0 ? text : text[..cut]);
        if (cut < 0)
        {
            Assert.Equal(length, prefix.Length);
            return prefix;
        }

        // A shortened text goes on as it ended, or repeats the 37 bytes of a uuid and a newline.
        bool repeats = row.Operation.Contains("repeated", StringComparison.Ordinal);
        byte[] whole = new byte[length];
        for (int i = 0; i < length; i++)
        {
            whole[i] = repeats ? prefix[i % 37] : prefix[Math.Min(i, prefix.Length - 1)];
        }

        return whole;
    }

    internal static byte[] Unescape(string text)
    {
        var bytes = new List<byte>();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text, i, 1));
                continue;
            }

            i++;
            bytes.Add(text[i] switch
            {
                'n' => (byte)'\n',
                'r' => (byte)'\r',
                '0' => 0,
                char other => (byte)other,
            });
        }

        return [.. bytes];
    }

    [GeneratedRegex("\\((\\d+) bytes:? ?\"(.*)\"\\)$")]
    private static partial Regex Parentheses();
}
