using System.Text.Json.Serialization;

namespace VfioMigration.Vmm.Wire;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(MigrationDescription))]
internal sealed partial class WireJson : JsonSerializerContext;
