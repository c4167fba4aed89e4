using System.Text.Json;

namespace VfioMigration.Integration.Tests.Guests;

/// <summary>Live migration of a guest from one QEMU to another, as a management program does it.</summary>
internal static class GuestMigration
{
    private const string Switchover = "pre-switchover";

    private static readonly string[] Ends = ["completed", "failed", "cancelled"];

    /// <summary>Migrates, and fails the test with what both sides say when that does not complete on both.</summary>
    /// <inheritdoc cref="Attempt"/>
    internal static async Task<GuestMigrationOutcome> Complete(
        QemuProcess source, QemuProcess target, string? uri = null, long? maxBandwidth = null, Func<Task>? atSwitchover = null)
    {
        GuestMigrationOutcome outcome = await Attempt(source, target, uri, maxBandwidth, atSwitchover);
        if (!outcome.IsCompleted)
        {
            Assert.Fail($"{outcome}\n=== source ===\n{await source.Describe(false)}\n=== target ===\n{await target.Describe(false)}");
        }

        return outcome;
    }

    /// <summary>Migrates, and returns when both sides have come to an end. Afterwards the source is stopped, and the target runs if it completed.</summary>
    /// <param name="source">Where the guest runs.</param>
    /// <param name="target">Was started with <c>-incoming</c> and the same machine.</param>
    /// <param name="uri">What the target listens on by its command line; null when that is <c>-incoming defer</c>, and a socket in its folder is used.</param>
    /// <param name="maxBandwidth">Bytes a second; null for QEMU's own limit.</param>
    /// <param name="atSwitchover">Runs while the guest is stopped on the source, before the state of its devices is read.</param>
    internal static async Task<GuestMigrationOutcome> Attempt(
        QemuProcess source, QemuProcess target, string? uri = null, long? maxBandwidth = null, Func<Task>? atSwitchover = null)
    {
        await Enable(target, "events");
        await Enable(source, "events");
        await Enable(source, "pause-before-switchover", atSwitchover is not null);
        if (maxBandwidth is { } bandwidth)
        {
            await source.Execute("migrate-set-parameters", new Dictionary<string, long> { ["max-bandwidth"] = bandwidth });
        }

        try
        {
            uri ??= await Listen(target);
            await source.Execute("migrate", new { uri });
        }
        catch (QmpException e)
        {
            return new GuestMigrationOutcome("refused", "none", null, null, e.Message);
        }

        (string status, bool isConnected) = await EndOfSource(source, atSwitchover);
        string targetStatus = isConnected ? await EndOfTarget(target) : "none";
        return await Outcome(source, status, targetStatus);
    }

    private static async Task<string> Listen(QemuProcess target)
    {
        string uri = $"unix:{Path.Combine(target.Folder, "incoming")}";
        await target.Execute("migrate-incoming", new { uri });
        return uri;
    }

    private static async Task Enable(QemuProcess qemu, string capability, bool state = true) =>
        await qemu.Execute("migrate-set-capabilities", new { capabilities = new[] { new { capability, state } } });

    private static string StatusOf(JsonElement migration) => migration.GetProperty("status").GetString()!;

    /// <summary>The last status, and whether the target has got something.</summary>
    private static async Task<(string Status, bool IsConnected)> EndOfSource(QemuProcess source, Func<Task>? atSwitchover)
    {
        bool isConnected = false;
        while (true)
        {
            JsonElement migration = await source.WaitForEvent("MIGRATION", IsTurn);
            if (StatusOf(migration) != Switchover)
            {
                return (StatusOf(migration), isConnected);
            }

            await atSwitchover!();
            await source.Execute("migrate-continue", new { state = Switchover });
        }

        bool IsTurn(JsonElement migration)
        {
            isConnected |= StatusOf(migration) == "active";
            return StatusOf(migration) == Switchover || Ends.Contains(StatusOf(migration));
        }
    }

    private static async Task<string> EndOfTarget(QemuProcess target) =>
        await target.WaitForEventOrEnd("MIGRATION", data => Ends.Contains(StatusOf(data))) is { } migration ? StatusOf(migration) : "ended";

    private static async Task<GuestMigrationOutcome> Outcome(QemuProcess source, string status, string targetStatus)
    {
        JsonElement migration = await source.Execute("query-migrate");
        return new GuestMigrationOutcome(
            status,
            targetStatus,
            Milliseconds(migration, "downtime"),
            Milliseconds(migration, "total-time"),
            migration.TryGetProperty("error-desc", out JsonElement error) ? error.GetString() : null);
    }

    private static TimeSpan? Milliseconds(JsonElement migration, string member) =>
        migration.TryGetProperty(member, out JsonElement value) ? TimeSpan.FromMilliseconds(value.GetInt64()) : null;
}
