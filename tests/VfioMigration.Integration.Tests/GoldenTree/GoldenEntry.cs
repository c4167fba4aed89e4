using System.Text.Json.Serialization;

namespace VfioMigration.Integration.Tests.GoldenTree;

/// <summary>One path of a measured snapshot.</summary>
internal sealed record GoldenEntry(
    [property: JsonPropertyName("path")] string Path,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("errno")] string? Errno,
    [property: JsonPropertyName("perm")] string? Perm,
    [property: JsonPropertyName("uid")] int? Uid,
    [property: JsonPropertyName("gid")] int? Gid,
    [property: JsonPropertyName("size")] long? Size,
    [property: JsonPropertyName("nlink")] long? Nlink,
    [property: JsonPropertyName("blksize")] long? Blksize,
    [property: JsonPropertyName("blocks")] long? Blocks,
    [property: JsonPropertyName("target")] string? Target,
    [property: JsonPropertyName("content")] string? Content,
    [property: JsonPropertyName("open_rdonly")] string? OpenReadOnly,
    [property: JsonPropertyName("read")] string? Read);
