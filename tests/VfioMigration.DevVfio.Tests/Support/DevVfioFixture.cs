using System.Text;
using VfioMigration.Buses.Pci;
using VfioMigration.DevVfio.Clients;
using VfioMigration.DevVfio.Ioctls;
using VfioMigration.DevVfio.Mounting;
using VfioMigration.Lab;
using VfioMigration.Lab.Configuration;
using VfioMigration.Lab.Drivers;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.DevVfio.Tests.Support;

/// <summary>A host with mtty and mdpy, its <c>/dev/vfio</c>, and one client of it that makes the system calls as the mount and the trap would serve them.</summary>
internal sealed class DevVfioFixture : IDisposable
{
    internal const string Mtty = "devices/virtual/mtty/mtty";
    internal const string Mdpy = "devices/virtual/mdpy/mdpy";

    /// <summary>A function that is bound to vfio-pci, with the operations of nvme, where it was asked for.</summary>
    internal const string Function = "0000:07:00.0";

    private static readonly (PciAddress, PciIds) Storage = (new PciAddress(0, 7, 0, 0), new PciIds(0x1B36, 0x0010, 0x1AF4, 0x1100, 0x010802, 2));

    private readonly DevNodeTable nodes;

    internal DevVfioFixture(string kernel = "6.12", bool hasIommufd = false, bool hasFunction = false)
    {
        var problems = new List<string>();
        DriverOptions mtty = new("mtty", new Dictionary<string, string> { ["migration"] = "v2" }, true, "drivers:mtty");
        DriverOptions mdpy = new("mdpy", new Dictionary<string, string>(), true, "drivers:mdpy");
        DriverOptions nvme = new("nvme", new Dictionary<string, string> { ["migration"] = "v2" }, true, "drivers:nvme");
        DriverOptions pci = new("vfio_pci", new Dictionary<string, string> { ["ids"] = "1b36:0010" }, true, "drivers:vfio_pci");
        var options = new HostOptions("host", hasFunction ? [Storage] : [], [], hasFunction ? [mtty, mdpy, nvme, pci] : [mtty, mdpy], Kernel: new KernelOptions(kernel, HasIommufd: hasIommufd));
        Host = new Host(options, new DriverCatalogue(null, problems), TimeProvider.System);
        problems.AddRange(Host.Boot());
        Assert.Empty(problems);
        _ = Host.Core.Tree.Root.VendorCalls.AllowAbandonment(static () => { });
        DevVfio = new DevVfioHost(Host.Core, Host.Vfio, () => Host.Modules.Find(VfioIommuType1Module.ModuleName) is not null);
        Mount = new DevVfioFileSystem(DevVfio, Host.Core.Tree.Root.VendorCalls, 0, 0);
        nodes = new DevNodeTable(DevVfio, 0, 0);
    }

    internal Host Host { get; }

    internal DevVfioHost DevVfio { get; }

    internal DevVfioFileSystem Mount { get; }

    internal FakeClient Client { get; } = new();

    internal SysfsTree Tree => Host.Core.Tree;

    /// <summary>Names in <c>/dev/vfio</c>.</summary>
    internal string[] Listing => [.. nodes.List(nodes.Root).Select(static node => node.Name).Order(StringComparer.Ordinal)];

    internal string FunctionGroup => Tree.Readlink($"devices/pci0000:07/{Function}/iommu_group").Split('/')[^1];

    internal static string Uuid(int number) => $"{number:x8}-1111-4222-8333-444455556666";

    /// <summary>Makes a device and gives its group's number back, as <c>/dev/vfio</c> names it.</summary>
    internal string Create(string type, int number)
    {
        string parent = type.StartsWith("mtty", StringComparison.Ordinal) ? Mtty : Mdpy;
        Assert.True(Tree.Echo(Uuid(number), $"{parent}/mdev_supported_types/{type}/create").IsOk);
        return Tree.Readlink($"{parent}/{Uuid(number)}/iommu_group").Split('/')[^1];
    }

    /// <summary>The name of a device's own node in <c>/dev/vfio</c>.</summary>
    internal string CdevOf(string device) => DevVfioHost.NameOf(Host.Vfio.Find(device)!.DeviceNode!);

    /// <summary>open(2) below <c>/dev/vfio</c>.</summary>
    internal Result<int> Open(string path)
    {
        DevNode? node = nodes.Root;
        foreach (string name in path.Split('/'))
        {
            node = node is null ? null : nodes.Lookup(node, Encoding.UTF8.GetBytes(name));
        }

        return node?.Device is null ? Errno.ENOENT
            : DevVfio.Open(node.Device, Client).TryGet(out DevVfioFile file, out Errno error) ? Client.Add(file)
            : error;
    }

    /// <summary>close(2) of the last copy.</summary>
    internal void Close(int descriptor) => (Client.Remove(descriptor) as DevVfioFile)?.Release();

    /// <summary>ioctl(2); a file that comes with the answer gets a descriptor.</summary>
    internal Result<int> Ioctl(int descriptor, uint number, ulong argument = 0)
    {
        if (!Client.FindFile(descriptor).TryGet(out DevVfioFile? file, out Errno error) || file is null)
        {
            return error == Errno.None ? Errno.ENOTTY : error;
        }

        VfioIoctlAnswer answer = VfioIoctlTable.Invoke(file, number, Client, argument);
        if (answer.File is null)
        {
            return answer.Result;
        }

        int given = Client.Add(answer.File);
        return answer.NumberAt == 0 ? given : VfioIoctlAnswer.Of(Client.Write(answer.NumberAt, BitConverter.GetBytes(given)));
    }

    /// <summary>ioctl(2) with a structure, which is changed as the answer changes it.</summary>
    internal Result<int> Ioctl(int descriptor, uint number, byte[] structure)
    {
        Result<int> answer = Ioctl(descriptor, number, Client.Place(FakeClient.Scratch, structure));
        Client.Fetch(FakeClient.Scratch, structure.Length).CopyTo(structure, 0);
        return answer;
    }

    internal Result<int> Read(int descriptor, byte[] destination, ulong position = 0) => FileOf(descriptor).Read(Client, position, destination);

    internal Result<int> Write(int descriptor, byte[] source, ulong position = 0) => FileOf(descriptor).Write(Client, position, source);

    internal DevVfioFile FileOf(int descriptor) => Client.FindFile(descriptor).Value!;

    public void Dispose()
    {
        foreach (int descriptor in Client.Descriptors.OrderDescending())
        {
            Close(descriptor);
        }
    }
}
