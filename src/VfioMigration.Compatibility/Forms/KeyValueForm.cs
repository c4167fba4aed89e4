using System.Text;

using VfioMigration.Compatibility.Descriptions;

namespace VfioMigration.Compatibility.Forms;

/// <summary>
/// <c>name=value</c> for every field in the vendor's order, comma-separated, behind a prefix such as the vendor's name. In values, percent,
/// comma and equals signs are escaped as <c>%XX</c>.
/// </summary>
/// <param name="prefix">Ends with a separator, such as <c>qat-</c>; may be empty.</param>
/// <param name="aliases">Other spellings of names: field to what is written.</param>
public sealed class KeyValueForm(string prefix, IReadOnlyDictionary<string, string>? aliases = null) : IVersionForm
{
    public string Expectation => $"a string of the form {prefix}NAME=VALUE,...";

    public string Write(DeviceDescription description) =>
        prefix + string.Join(',', description.Fields.Select(field => $"{NameOf(field)}={Escape(field.Value)}"));

    public DeviceDescription? Read(ReadOnlySpan<byte> text, DeviceDescription like)
    {
        string whole = Encoding.Latin1.GetString(text);
        string[] parts = whole.StartsWith(prefix, StringComparison.Ordinal) ? whole[prefix.Length..].Split(',') : [];
        if (parts.Length != like.Fields.Count)
        {
            return null;
        }

        var values = new Dictionary<string, string>();
        for (int i = 0; i < parts.Length; i++)
        {
            string start = NameOf(like.Fields[i]) + "=";
            if (!parts[i].StartsWith(start, StringComparison.Ordinal))
            {
                return null;
            }

            values[like.Fields[i].Name] = Uri.UnescapeDataString(parts[i][start.Length..]);
        }

        // Other escapes, or none where one is needed, would make two strings of one device.
        DeviceDescription described = like.With(values);
        return Write(described) == whole && MigrationVersionString.FindProblem(whole) is null ? described : null;
    }

    private string NameOf(DescriptionField field) => aliases?.GetValueOrDefault(field.Name) ?? field.Name;

    private static string Escape(string value) => value
        .Replace("%", "%25", StringComparison.Ordinal)
        .Replace(",", "%2C", StringComparison.Ordinal)
        .Replace("=", "%3D", StringComparison.Ordinal);
}
