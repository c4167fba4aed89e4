using VfioMigration.Buses.Pci;
using VfioMigration.Lab.Configuration;
using VfioMigration.Lab.Drivers;
using VfioMigration.Lab.Guests;
using VfioMigration.Lab.Tests.Model;
using VfioMigration.Sysfs.Guards;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vmm.Guests;

namespace VfioMigration.Lab.Tests.Faults;

/// <summary>Two hosts whose driver has one fault, through everything that users do with a device.</summary>
internal sealed class FaultRun(string member, string kind)
{
    private const string OtherDevice = "000000b0-1111-4222-8333-444455556666";
    private const string Bound = "0000:06:10.0";
    private const string Passed = "0000:07:00.0";

    /// <summary>Shorter than a fault hangs.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(150);

    private static readonly string[] Statuses = ["none", "running", "paused", "incoming", "handed-over", "failed"];

    private readonly ModelNetwork network = new(name => new ModelHost(name, Broken(name, member, kind), "broken"));

    private ModelHost[] Hosts => [network.First, network.Second];

    internal async Task Run()
    {
        await ForEach(static host => host.Lab.Boot());
        await ForEach(Create);
        await ForEach(Look);
        await Do("start a guest", network.First, static host => host.Start(1));
        await Do("work", network.First, Work);
        await Do("migrate", network.First, static host => host.Migrate(3));
        await ForEach(Use);
        await ForEach(static host => host.Stop());
        await network.Rest().WaitAsync(Background.Patience);
        await ForEach(Drive);
        await RemoveInUse(network.First);
        await ForEach(Unbind);
        await ForEach(static host => host.Remove());
        await ForEach(static host => host.Write($"{host.Parent}/{OtherDevice}/remove", "1"));
        await ForEach(Check);
        await ForEach(static host => host.Unload());
        Assert.True(
            Hosts.Any(host => host.Lab.Core.Log.Snapshot().Any(record => record.Text == $"broken: {member} {kind}")),
            "nothing called this member");
    }

    private static Host Broken(string name, string member, string kind)
    {
        var options = new HostOptions(
            name,
            [(new PciAddress(0, 6, 16, 0), new PciIds(0x8086, 0x154C, 0x8086, 0, 0x020000, 1)), (new PciAddress(0, 7, 0, 0), new PciIds(0x1B36, 0x0010, 0x1AF4, 0x1100, 0x010802, 2))],
            [],
            [
                new DriverOptions("broken", new Dictionary<string, string> { ["member"] = member, ["kind"] = kind }, true, "broken"),
                new DriverOptions("vfio_pci", new Dictionary<string, string> { ["ids"] = "1b36:0010" }, true, "vfio_pci"),
            ],
            [.. VfioMigration.Compatibility.Dialects.DialectCatalogue.CreateAll().Select(static dialect => dialect.Name)],
            kind == "hangs" ? VendorTimeouts.With(VendorTimeouts.Names.ToDictionary(static row => row, static _ => Limit)) : null);
        return TestHosts.Create(Path.Combine(AppContext.BaseDirectory, "testdrivers"), options);
    }

    private static void Create(ModelHost host)
    {
        host.Create();
        host.Write($"{host.Parent}/mdev_supported_types/broken-1/create", OtherDevice);
        host.Write($"{host.Parent}/mdev_supported_types/broken-1/create", "000000c0-1111-4222-8333-444455556666,mode=2");
    }

    /// <summary>Reads every file, asks every question.</summary>
    private static void Look(ModelHost host)
    {
        foreach (string directory in (string[])["devices", "module", "bus", "kernel"])
        {
            if (host.Lab.Core.Tree.Root.FindPath(directory) is KernfsDirectory found)
            {
                Read(host, found, directory);
            }
        }

        foreach (string node in (string[])[$"{host.Parent}/mdev_supported_types/broken-1", $"{host.Parent}/{ModelHost.Device}", $"devices/pci0000:07/{Passed}"])
        {
            foreach (string text in (string[])["broken-one-1", "broken-one-2", "nonsense", new string('x', 4096)])
            {
                host.Write($"{node}/migration_version", text);
                host.Write($"{node}/migration_errors", text);
                Ask(host, $"{node}/migration_ask", text);
            }
        }

        host.Write("kernel/debug/vfiomig/compatibility", $"{host.Parent}/mdev_supported_types/broken-1,mode=2 broken-one-1");
        host.Write($"{host.Parent}/{ModelHost.Device}/vendor/value", "1");
    }

    private static void Read(ModelHost host, KernfsDirectory directory, string path)
    {
        foreach (string name in Shell.List(host.Lab.Core.Tree.Root, directory))
        {
            switch (host.Lab.Core.Tree.Root.FindPath($"{path}/{name}"))
            {
                case KernfsDirectory inner:
                    Read(host, inner, $"{path}/{name}");
                    break;
                case KernfsFile file:
                    KernfsAccess.Cat(host.Lab.Core.Tree.Root, file);
                    break;
            }
        }
    }

    /// <summary>Until the guest has worked for a while or has failed.</summary>
    private static void Work(ModelHost host)
    {
        const ulong Some = 50;
        SpinWait.SpinUntil(() => host.Guest is not { Status: GuestStatus.Running } guest || guest.Workload.Steps > Some, Background.Patience);
        Assert.Contains(GuestTable.StatusOf(host.Guest).Split(':')[0], Statuses);
        Assert.True(host.Guest is not { Status: GuestStatus.Failed } failed || failed.Problem is { Length: > 0 }, "a guest failed without a reason");
    }

    private static void Use(ModelHost host)
    {
        host.Pause();
        host.Verify();
        host.Resume();
        Work(host);
        host.Pause();
        host.Resume();
    }

    /// <summary>What a VMM of another make could ask of a device.</summary>
    private static void Drive(ModelHost host)
    {
        foreach (VfioDevice device in host.Lab.Vfio.Devices.ToArray())
        {
            byte[] bytes = new byte[64];
            device.ReadRegion(0, 0, bytes);
            device.WriteRegion(0, 64, bytes);
            if (device.Migration is not { } migration)
            {
                device.Reset();
                continue;
            }

            for (int state = 0; state < 9; state++)
            {
                device.Reset();
                if (migration.SetState((Uapi.Vfio.VfioDeviceState)state).TryGet(out var session) && session is not null)
                {
                    session.GetPrecopyInfo();
                    session.Read(bytes);
                    session.Write(bytes);
                }

                migration.GetStopCopyLength();
            }

            device.Reset();
        }
    }

    private static void Unbind(ModelHost host)
    {
        host.Write("bus/pci/drivers/broken/unbind", Bound);
        host.Write("bus/pci/drivers/broken/bind", Bound);
        host.Write("bus/pci/drivers/broken/unbind", Bound);
        for (int i = 0; i < 3; i++)
        {
            host.Write("bus/pci/drivers/vfio-pci/unbind", Passed);
            Assert.NotEqual(Errno.EEXIST, host.Write("bus/pci/drivers/vfio-pci/bind", Passed));
        }

        host.Write("bus/pci/drivers/vfio-pci/unbind", Passed);
    }

    private static void Check(ModelHost host)
    {
        foreach (string device in (string[])[ModelHost.Device, OtherDevice])
        {
            Assert.False(host.Lab.Core.Tree.Exists($"bus/mdev/devices/{device}"), $"{host.Name}: {device} was not removed");
            Assert.True(host.Lab.Vfio.Find(device) is null, $"{host.Name}: {device} is still registered");
        }

        Assert.Equal("none", GuestTable.StatusOf(host.Guest));
        Assert.True(host.Lab.Core.Tree.Cat("kernel/debug/vfiomig/compatibility").IsOk);
        Assert.True(SpinWait.SpinUntil(() => host.Lab.GuestMemory.LiveMappings == 0, Background.Patience), "guest memory was not given back");
    }

    /// <summary>A remove waits for the guest; the driver is asked to let go, and everything comes to an end when the guest is stopped.</summary>
    private async Task RemoveInUse(ModelHost host)
    {
        await Do("start another guest", host, static host => host.Start(2));
        Task<Errno> removed = Background.Run(host.Remove);
        await Do("stop it", host, static host =>
        {
            SpinWait.SpinUntil(() => !host.Lab.Core.Tree.Exists($"bus/mdev/devices/{ModelHost.Device}"), TimeSpan.FromSeconds(1));
            host.Stop();
        });
        await removed.WaitAsync(Background.Patience);
    }

    /// <summary>Writes a question and reads its answer from the same open file.</summary>
    private static void Ask(ModelHost host, string path, string text)
    {
        var file = new KernfsOpenFile();
        if (host.Lab.Core.Tree.Root.FindPath(path) is KernfsFile node && file.Open(host.Lab.Core.Tree.Root, node, OpenFlags.O_RDWR) == Errno.None)
        {
            file.Write(0, System.Text.Encoding.ASCII.GetBytes(text), CancellationToken.None);
            file.Read(0, new byte[4096], CancellationToken.None);
            file.Close();
        }
    }

    private async Task ForEach(Action<ModelHost> command, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(command))] string what = "")
    {
        foreach (ModelHost host in Hosts)
        {
            await Do(what, host, command);
        }
    }

    private static async Task Do(string what, ModelHost host, Action<ModelHost> command)
    {
        try
        {
            await Background.Run(() => command(host)).WaitAsync(Background.Patience);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{host.Name}: '{what}' did not answer");
        }
    }
}
