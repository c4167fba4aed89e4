using System.Text.Json.Serialization;
using VfioMigration.Control.Answers;
using VfioMigration.Control.Requests;

namespace VfioMigration.Control;

/// <summary>Serializers made at build time, so that the first request does not wait for reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(HostsRequest))]
[JsonSerializable(typeof(KernelLogRequest))]
[JsonSerializable(typeof(UeventsRequest))]
[JsonSerializable(typeof(ListDriversRequest))]
[JsonSerializable(typeof(LoadDriverRequest))]
[JsonSerializable(typeof(UnloadDriverRequest))]
[JsonSerializable(typeof(AttachRequest))]
[JsonSerializable(typeof(MigrateRequest))]
[JsonSerializable(typeof(SendDescriptorsRequest))]
[JsonSerializable(typeof(ReceiveRequest))]
[JsonSerializable(typeof(ReceiveDescriptorsRequest))]
[JsonSerializable(typeof(GuestStartRequest))]
[JsonSerializable(typeof(GuestStatusRequest))]
[JsonSerializable(typeof(GuestPauseRequest))]
[JsonSerializable(typeof(GuestResumeRequest))]
[JsonSerializable(typeof(GuestStopRequest))]
[JsonSerializable(typeof(GuestVerifyRequest))]
[JsonSerializable(typeof(UeventAnswer))]
[JsonSerializable(typeof(DriverAnswer))]
[JsonSerializable(typeof(MigrationEvent))]
public sealed partial class ControlJson : JsonSerializerContext;
