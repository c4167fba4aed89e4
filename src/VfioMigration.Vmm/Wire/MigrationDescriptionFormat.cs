using System.Text.Json;

namespace VfioMigration.Vmm.Wire;

/// <summary>A description as the payload of a section.</summary>
internal static class MigrationDescriptionFormat
{
    internal static byte[] Write(MigrationDescription description) =>
        JsonSerializer.SerializeToUtf8Bytes(description, WireJson.Default.MigrationDescription);

    /// <summary>Throws <see cref="StreamProblem"/> for what is no description: the target is named by host and device, or not at all.</summary>
    internal static MigrationDescription Read(ReadOnlySpan<byte> payload)
    {
        try
        {
            return JsonSerializer.Deserialize(payload, WireJson.Default.MigrationDescription) is { Source: not null } read
                && (read.TargetHost is null) == (read.TargetDevice is null)
                ? read
                : throw new StreamProblem("empty migration description");
        }
        catch (JsonException error)
        {
            throw new StreamProblem($"invalid migration description: {error.Message}", error);
        }
    }
}
