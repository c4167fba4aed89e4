using System.Text;
using System.Text.Json;

namespace VfioMigration.Cli;

/// <summary>What <c>--json</c> prints.</summary>
internal static class JsonOutput
{
    /// <summary>One indented object and a newline.</summary>
    /// <param name="writeMembers">Writes what is between the braces.</param>
    internal static string Object(Action<Utf8JsonWriter> writeMembers)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writeMembers(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }
}
