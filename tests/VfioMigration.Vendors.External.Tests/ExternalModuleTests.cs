using System.Text;
using VfioMigration.Lab;
using VfioMigration.Lab.Configuration;
using VfioMigration.Lab.Drivers;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.External.Tests;

/// <summary>The sample of the documentation, through the tree.</summary>
public sealed class ExternalModuleTests : IDisposable
{
    private const string Uuid = "000000a0-1111-4222-8333-444455556666";
    private const string Types = "devices/virtual/acme/acme/mdev_supported_types";
    private const string Devices = "devices/virtual/acme/acme/" + Uuid;

    private readonly List<string> problems = [];
    private readonly Host host;

    public ExternalModuleTests() => host = Boot($"python3 {Documents.Path("samples/acme_driver.py")}");

    public void Dispose() => host.UnloadModule("acme");

    [Fact]
    public void Types_AreThoseOfTheProgram()
    {
        Assert.Empty(problems);
        Assert.Equal(["acme-half", "acme-quarter"], host.Core.Tree.List(Types).Order());
        Assert.Equal("a half of the card\n", host.Core.Tree.Cat($"{Types}/acme-half/description").Value);
        Assert.Equal("2\n", host.Core.Tree.Cat($"{Types}/acme-half/available_instances").Value);
    }

    [Theory]
    [InlineData("acme-1.1-half", Errno.None)]
    [InlineData("acme-1.3-half", Errno.EINVAL)]
    [InlineData("acme-1.1-quarter", Errno.EINVAL)]
    [InlineData("mtty-1.0-ports=1", Errno.EINVAL)]
    [InlineData("\u00ff\0", Errno.EINVAL)]
    public void Verdict_IsTheProgramsOwn(string remote, Errno errno) =>
        Assert.Equal(errno, host.Core.Tree.Echo(remote, $"{Types}/acme-half/migration_version").Error);

    [Fact]
    public void Refusal_IsInTheKernelLogWithTheProgramsReason()
    {
        host.Core.Tree.Echo("acme-1.3-half", $"{Types}/acme-half/migration_version");

        Assert.Contains(host.Core.Log.Snapshot(), record => record.Text.Contains("acme: version 1.2 cannot load 1.3 [software-version]", StringComparison.Ordinal));
    }

    [Fact]
    public void Device_AnswersAsItsTypeAndGoesWithoutATrace()
    {
        Assert.True(host.Core.Tree.Echo(Uuid, $"{Types}/acme-half/create").IsOk);
        Assert.Equal("acme-1.2-half\n", host.Core.Tree.Cat($"{Devices}/migration_version").Value);
        Assert.Equal("1.2\n", host.Core.Tree.Cat($"{Devices}/software_version").Value);
        Assert.Equal("1\n", host.Core.Tree.Cat($"{Types}/acme-half/available_instances").Value);

        Assert.True(host.Core.Tree.Echo("1", $"{Devices}/remove").IsOk);
        Assert.Equal("2\n", host.Core.Tree.Cat($"{Types}/acme-half/available_instances").Value);
    }

    /// <summary>The device counts its moves, which only the program knows.</summary>
    [Fact]
    public void State_OfADevice_IsTheProgramsOwn()
    {
        const string Other = "000000a1-1111-4222-8333-444455556666";
        host.Core.Tree.Echo(Uuid, $"{Types}/acme-half/create");
        host.Core.Tree.Echo(Other, $"{Types}/acme-quarter/create");
        MigrationStateMachine machine = host.Vfio.Devices.Single(device => device.Device.Name == Uuid).Migration!;
        MigrationStateMachine target = host.Vfio.Devices.Single(device => device.Device.Name == Other).Migration!;

        byte[] stream = new byte[2 << 20];
        MigrationSession saving = machine.SetState(VfioDeviceState.VFIO_DEVICE_STATE_STOP_COPY).Value!;
        int length = 0;
        while (saving.Read(stream.AsSpan(length)).Value is > 0 and int count)
        {
            length += count;
        }

        Assert.Contains("\"moves\": 0", Encoding.Latin1.GetString(stream, 0, length), StringComparison.Ordinal);
        MigrationSession resuming = target.SetState(VfioDeviceState.VFIO_DEVICE_STATE_RESUMING).Value!;
        Assert.Equal(Errno.EINVAL, resuming.Write(stream.AsSpan(0, length)));
    }

    [Fact]
    public void ProgramThatIsInvalid_IsReported()
    {
        Boot("cat");

        Assert.Contains("to 'driver': ", Assert.Single(problems), StringComparison.Ordinal);
    }

    private Host Boot(string command)
    {
        var made = new Host(
            new HostOptions(
                "host",
                [],
                [],
                [new DriverOptions("acme", new Dictionary<string, string>(), true, "hosts:0:drivers:0:name", command)],
                ["migration_version", "declarative"]),
            new DriverCatalogue(null, []),
            TimeProvider.System);
        problems.AddRange(made.Boot());
        return made;
    }
}
