using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace VfioMigration.Control;

/// <summary>
/// A request on the wire: one line of JSON, <c>{"op": NAME, ...}</c>, whose other members are the fields of the operation's request. Whatever
/// is wrong with a line is answered with an error message that names the operation and the field.
/// </summary>
public static class ControlRequestFormat
{
    /// <summary>Length of a line without its newline.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Length of a field of text, in characters; as PATH_MAX.</summary>
    public const int MaxText = 4096;

    private const string Operation = "op";

    /// <summary>The operation and its request; null with an error message.</summary>
    public static (ControlOperation Operation, object Request)? Read(ReadOnlyMemory<byte> line, out string? problem)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 4 });
            return FindOperation(document.RootElement, out problem) is { } operation && operation.Read(document.RootElement, out problem) is { } request
                ? (operation, request)
                : null;
        }
        catch (JsonException error)
        {
            problem = $"malformed request: not JSON (byte {error.BytePositionInLine})";
        }
        catch (InvalidOperationException)
        {
            // Text is decoded when it is read, and this is how JsonElement refuses bytes that are no UTF-8 and halves of surrogate pairs.
            problem = "malformed request: text that is not valid Unicode";
        }

        return null;
    }

    internal static byte[] Write(string operation, ReadOnlySpan<byte> fields)
    {
        var line = new ArrayBufferWriter<byte>(fields.Length + 64);
        using (var writer = new Utf8JsonWriter(line))
        {
            writer.WriteStartObject();
            writer.WriteString(Operation, operation);
            writer.Flush();
        }

        if (!fields.SequenceEqual("{}"u8))
        {
            line.Write(","u8);
        }

        line.Write(fields[1..]);
        line.Write("\n"u8);
        return line.WrittenSpan.ToArray();
    }

    internal static TRequest? ReadFields<TRequest>(string operation, JsonElement request, JsonTypeInfo<TRequest> json, out string? problem)
        where TRequest : class
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty member in request.EnumerateObject())
        {
            JsonPropertyInfo? field = json.Properties.FirstOrDefault(known => member.NameEquals(known.Name));
            problem = !seen.Add(member.Name) ? $"duplicate field '{member.Name}'"
                : field is not null ? Check(field, member.Value)
                : member.NameEquals(Operation) ? null
                : $"unknown field '{Shorten(member.Name)}'; {Known(json)}";
            if (problem is not null)
            {
                problem = $"operation '{operation}': {problem}";
                return null;
            }
        }

        string? missing = json.Properties.FirstOrDefault(field => field.AssociatedParameter is { HasDefaultValue: false } && !seen.Contains(field.Name))?.Name;
        problem = missing is null ? null : $"operation '{operation}': field '{missing}' is missing";
        return missing is null ? request.Deserialize(json) : null;
    }

    private static ControlOperation? FindOperation(JsonElement root, out string? problem)
    {
        problem = root.ValueKind != JsonValueKind.Object ? "malformed request: not a JSON object"
            : !root.TryGetProperty(Operation, out JsonElement name) ? "malformed request: field 'op' is missing"
            : name.ValueKind != JsonValueKind.String ? "malformed request: field 'op' must be a string"
            : ControlTable.Find(name.GetString()!) is null ? $"unknown operation '{Shorten(name.GetString()!)}'; known are: {string.Join(", ", ControlTable.Rows.Select(row => row.Name))}"
            : null;
        return problem is null ? ControlTable.Find(root.GetProperty(Operation).GetString()!) : null;
    }

    private static string? Check(JsonPropertyInfo field, JsonElement value)
    {
        Type type = Nullable.GetUnderlyingType(field.PropertyType) ?? field.PropertyType;
        if (value.ValueKind == JsonValueKind.Null)
        {
            return field.IsSetNullable ? null : $"field '{field.Name}' must not be null";
        }

        string? wanted = type == typeof(string) ? value.ValueKind == JsonValueKind.String ? null : "a string"
            : type == typeof(bool) ? value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "true or false"
            : type == typeof(int) ? value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _) ? null : "an integer of 32 bits"
            : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _) ? null : "an integer of 64 bits";
        return wanted is not null ? $"field '{field.Name}' must be {wanted}"
            : type == typeof(string) && value.GetString()!.Length > MaxText ? $"field '{field.Name}' is longer than {MaxText} characters"
            : null;
    }

    private static string Known(JsonTypeInfo json) =>
        json.Properties.Count == 0 ? "the operation has no fields" : $"known are: {string.Join(", ", json.Properties.Select(field => field.Name))}";

    private static string Shorten(string text) => text.Length <= 64 ? text : text[..64] + "...";
}
