using System.Collections.Concurrent;
using VfioMigration.DevVfio.Clients;
using VfioMigration.DevVfio.Ioctls;
using VfioMigration.DevVfio.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Iommufd;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.DevVfio.Tests.Fuzz;

/// <summary>What all threads of a fuzz share: devices of three types, an iommufd, eventfds, memory, and the files that happen to be open.</summary>
internal sealed class FuzzWorld : IDisposable
{
    private const int MaxDescriptors = 64;

    private readonly ReaderWriterLockSlim closing = new();
    private readonly ConcurrentDictionary<VfioIoctl, bool> done = new();
    private readonly string[] names;

    /// <summary>Open to the end, so that there is something to ask.</summary>
    private readonly HashSet<int> kept;

    internal FuzzWorld(string kernel)
    {
        Fixture = new DevVfioFixture(kernel, hasIommufd: true, hasFunction: true);
        EventFd = Fixture.Client.Add(new FakeEventFd());
        MemoryFile = Fixture.Client.Add(new byte[1 << 16]);
        string[] groups = [.. new[] { "mtty-1", "mtty-2", "mdpy-vga" }.Select((type, number) => Fixture.Create(type, 0xb0 + number))];
        var device = new OpenDevice(Fixture, "mtty-1");
        device.Go(VfioDeviceState.VFIO_DEVICE_STATE_PRE_COPY);
        var other = new OpenDevice(Fixture, "mtty-2", 0xa1, device.Container);
        other.Go(VfioDeviceState.VFIO_DEVICE_STATE_RESUMING);
        string[] all = [.. groups, device.GroupName, other.GroupName, Fixture.FunctionGroup];
        Uuids = [device.Uuid, other.Uuid, DevVfioFixture.Function, .. Enumerable.Range(0xb0, 3).Select(DevVfioFixture.Uuid)];
        names = ["vfio", DevVfioHost.HiddenIommuName, .. all, .. Uuids.Select(Fixture.CdevOf)];
        AttachFunction(Fixture.Open(Fixture.CdevOf(DevVfioFixture.Function)).Value, Fixture.Open(DevVfioHost.HiddenIommuName).Value);
        foreach (string name in names.Except(groups.Take(1)))
        {
            Fixture.Open(name);
        }

        kept = [.. Fixture.Client.Descriptors];
    }

    internal DevVfioFixture Fixture { get; }

    /// <summary>Names of devices.</summary>
    internal IReadOnlyList<string> Uuids { get; }

    internal int EventFd { get; }

    internal int MemoryFile { get; }

    /// <summary>Rows of the table that never were answered with success.</summary>
    internal IEnumerable<VfioIoctl> NeverDone => VfioIoctlTable.Rows.Except(done.Keys);

    /// <summary>One request; a file is not closed by its last descriptor while one is under way on it.</summary>
    internal T WhileOpen<T>(Func<T> request)
    {
        closing.EnterReadLock();
        try
        {
            return request();
        }
        finally
        {
            closing.ExitReadLock();
        }
    }

    /// <summary>A descriptor of a kind, or of any, all kinds as often; sometimes none.</summary>
    internal int Pick(Random random, VfioFileKind? kind = null)
    {
        VfioFileKind wanted = kind ?? (VfioFileKind)random.Next(Enum.GetValues<VfioFileKind>().Length);
        int[] all = [.. Fixture.Client.Descriptors.Where(number => Fixture.Client.FindFile(number).TryGet(out DevVfioFile? file) && file?.Kind == wanted)];
        all = random.Next(3) != 0 && all.Any(kept.Contains) ? [.. all.Where(kept.Contains)] : all;
        return all.Length == 0 || random.Next(50) == 0 ? random.Next(-2, 100) : all[random.Next(all.Length)];
    }

    /// <summary>A row of the table was answered with success.</summary>
    internal void Done(VfioIoctl row) => done[row] = true;

    /// <summary>Opens a node, and closes something where there is too much.</summary>
    internal void Change(Random random)
    {
        Fixture.Open(names[random.Next(names.Length)]);
        int[] all = [.. Fixture.Client.Descriptors];
        int closed = all[random.Next(all.Length)];
        if ((all.Length > MaxDescriptors || random.Next(4) == 0) && !kept.Contains(closed))
        {
            Close(closed);
        }
    }

    public void Dispose()
    {
        Fixture.Dispose();
        closing.Dispose();
    }

    private void AttachFunction(int device, int iommufd)
    {
        byte[] bind = Pack.Of(16u, 0u, iommufd, 0u);
        byte[] ioas = Pack.Of(12u, 0u, 0u);
        Assert.Equal(0, Fixture.Ioctl(device, VfioIoctlNumbers.VFIO_DEVICE_BIND_IOMMUFD, bind).Value);
        Assert.Equal(0, Fixture.Ioctl(iommufd, IommufdNumbers.IOMMU_IOAS_ALLOC, ioas).Value);
        Assert.Equal(0, Fixture.Ioctl(device, VfioIoctlNumbers.VFIO_DEVICE_ATTACH_IOMMUFD_PT, Pack.Of(12u, 0u, ioas.UInt(8))).Value);
    }

    private void Close(int descriptor)
    {
        if (!Fixture.Client.FindFile(descriptor).TryGet(out DevVfioFile? file) || file is null)
        {
            return;
        }

        closing.EnterWriteLock();
        try
        {
            Fixture.Close(descriptor);
        }
        finally
        {
            closing.ExitWriteLock();
        }
    }
}
