using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

using VfioMigration.Sysfs;

namespace VfioMigration.Vendors.External;

/// <summary>A line of a program, read with all that it holds: errors are found here, and not later by the user of a part.</summary>
internal static class ExternalAnswer
{
    /// <summary>Of a line, in bytes, without its end.</summary>
    internal const int MaxLine = 1 << 20;

    private const int MaxDepth = 16;
    private const int MaxProblem = 256;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>The id of the request; null, with the problem, for anything but an object with an integer <c>id</c>.</summary>
    internal static (long Id, JsonObject Answer)? Read(ReadOnlyMemory<byte> line, out string problem)
    {
        problem = "invalid UTF-8";
        if (!Utf8.IsValid(line.Span))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(line, Options);
            ReadAll(document.RootElement);
            problem = "no object with an integer 'id'";
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("id", out JsonElement number)
                && number.ValueKind == JsonValueKind.Number
                && number.TryGetInt64(out long id)
                    ? (id, JsonObject.Create(document.RootElement.Clone())!)
                    : null;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            problem = Printable(malformed.Message);
            return null;
        }
    }

    /// <summary>One bounded line of printable ASCII.</summary>
    internal static string Printable(string text) => SysfsText.Printable(Encoding.UTF8.GetBytes(text.Length > MaxProblem ? text[..MaxProblem] : text));

    /// <summary>Names and strings are decoded when they are read, and half a surrogate pair is found only then.</summary>
    private static void ReadAll(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (JsonElement one in element.EnumerateArray())
                {
                    ReadAll(one);
                }

                break;
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    _ = property.Name;
                    ReadAll(property.Value);
                }

                break;
        }
    }
}
