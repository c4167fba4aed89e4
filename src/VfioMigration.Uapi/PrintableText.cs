using System.Globalization;
using System.Text;

namespace VfioMigration.Uapi;

/// <summary>Texts that come from outside, for logs and terminals.</summary>
public static class PrintableText
{
    /// <summary>
    /// Control characters, line ends among them, as <c>\x1b</c>, as /dev/kmsg writes them (<c>msg_add_ext_text</c> of <c>kernel/printk/printk.c</c>), so that a text stays a line and
    /// commands a terminal nothing.
    /// </summary>
    /// <param name="text">Any.</param>
    /// <param name="maxLength">Characters that are kept of it.</param>
    public static string Escape(string text, int maxLength = int.MaxValue)
    {
        bool isCut = text.Length > maxLength;
        string kept = isCut ? text[..maxLength] : text;
        if (!kept.Any(char.IsControl))
        {
            return isCut ? kept + "..." : kept;
        }

        var escaped = new StringBuilder();
        foreach (char character in kept)
        {
            _ = char.IsControl(character) ? escaped.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}") : escaped.Append(character);
        }

        return escaped.Append(isCut ? "..." : "").ToString();
    }
}
