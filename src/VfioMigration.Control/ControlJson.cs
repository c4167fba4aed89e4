using System.Text.Json;
using System.Text.Json.Serialization;

namespace VfioMigration.Control;

/// <summary>Serializers made at build time, so that the first request does not wait for reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(MigrationEvent))]
public sealed partial class ControlJson : JsonSerializerContext
{
    /// <summary>A request as one line.</summary>
    public static byte[] Serialize(ControlRequest request) => [.. JsonSerializer.SerializeToUtf8Bytes(request, Default.ControlRequest), (byte)'\n'];
}
