using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Faults;

/// <summary>A driver whose own threads throw, in a daemon: the thread ends, the daemon does not.</summary>
public sealed class DriverThreadTests : IDisposable
{
    private const string Uuid = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";

    private readonly RunningLab lab = new(
        $$"""
        {
          "syslog": "false",
          "drivers_path": "{{Path.Combine(AppContext.BaseDirectory, "testdrivers")}}",
          "hosts": [ { "name": "a", "drivers": [ { "name": "faulty" } ] }, { "name": "b" } ]
        }
        """);

    public void Dispose() => lab.Dispose();

    [Theory]
    [InlineData("plain", "thread")]
    [InlineData("async", "pool")]
    public void UnhandledException_EndsTheThreadOnly(string how, string message)
    {
        File.WriteAllText($"{lab.Mount}/a/class/mdev_bus/faulty/mdev_supported_types/faulty-1/create", Uuid);

        File.WriteAllText($"{lab.Mount}/a/bus/mdev/devices/{Uuid}/thread", how);

        string log = "";
        Assert.True(
            SpinWait.SpinUntil(() => (log = lab.Command("dmesg", "--host", "a").Output).Contains($"InvalidOperationException: {message}", StringComparison.Ordinal), Program.Limit),
            log);
        Assert.Contains("faulty: driver bug: unhandled exception in a thread of its own", log, StringComparison.Ordinal);
        Assert.Equal("0\n", File.ReadAllText($"{lab.Mount}/a/bus/mdev/devices/{Uuid}/notified"));
        Assert.Contains("b", lab.Command("hosts").Output, StringComparison.Ordinal);
    }
}
