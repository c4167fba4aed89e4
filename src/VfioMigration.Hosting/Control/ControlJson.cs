using System.Text.Json.Serialization;

namespace VfioMigration.Hosting.Control;

/// <summary>Serializers made at build time, so that the first request does not wait for reflection.</summary>
[JsonSerializable(typeof(ControlRequest))]
internal sealed partial class ControlJson : JsonSerializerContext;
