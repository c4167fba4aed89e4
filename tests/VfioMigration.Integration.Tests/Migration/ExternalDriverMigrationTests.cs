using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Migration;

/// <summary>The sample of docs/out-of-process-drivers.md: its devices move like any other, and count their moves.</summary>
public sealed class ExternalDriverMigrationTests : IDisposable
{
    private static readonly string Driver = $$"""{ "name": "acme", "program": "python3 {{Repository.Document("samples/acme_driver.py")}}" }""";

    private readonly RunningLab lab = new(
        $$"""{ "syslog": "false", "hosts": [ { "name": "a", "drivers": [ {{Driver}} ] }, { "name": "b", "drivers": [ {{Driver}} ] } ] }""");

    public void Dispose() => lab.Dispose();

    [Fact]
    public void DeviceOfAProgram_MovesThereAndBackWithItsGuest()
    {
        string uuid = MigrationLab.Create(lab, "acme-half", "a", "b");
        MigrationLab.Run(lab, "guest", "start", $"a/{uuid}", "memory=8");

        MigrationLab.Run(lab, "migrate", $"a/{uuid}", $"b/{uuid}");
        MigrationLab.Run(lab, "migrate", $"b/{uuid}", $"a/{uuid}");

        Assert.Equal(("running", "none"), (MigrationLab.Status(lab, $"a/{uuid}"), MigrationLab.Status(lab, $"b/{uuid}")));
        Assert.StartsWith("ok", MigrationLab.Run(lab, "guest", "verify", $"a/{uuid}"), StringComparison.Ordinal);
        MigrationLab.Run(lab, "guest", "pause", $"a/{uuid}");
        (_, string saved, _) = Program.Bash($"echo STOP_COPY > a/kernel/debug/vfiomig/{uuid}/state; grep -ao 'moves.: [0-9]' a/kernel/debug/vfiomig/{uuid}/data", lab.Mount);
        Assert.Equal("moves\": 2\n", saved);
    }
}
