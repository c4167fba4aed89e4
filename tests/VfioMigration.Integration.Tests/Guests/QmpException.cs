using System.Text.Json;

namespace VfioMigration.Integration.Tests.Guests;

/// <summary>A command of QMP that QEMU refused.</summary>
/// <param name="command">Its name.</param>
/// <param name="error">The member <c>error</c> of the answer.</param>
internal sealed class QmpException(string command, JsonElement error) : Exception($"{command}: {Member(error, "desc")} ({Member(error, "class")})")
{
    /// <summary>As <c>GenericError</c> or <c>CommandNotFound</c>.</summary>
    internal string ErrorClass { get; } = Member(error, "class");

    internal string Description { get; } = Member(error, "desc");

    private static string Member(JsonElement error, string name) => error.GetProperty(name).GetString()!;
}
