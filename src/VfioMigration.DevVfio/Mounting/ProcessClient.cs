using VfioMigration.DevVfio.Clients;
using VfioMigration.Fuse;
using VfioMigration.Posix;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Dma;

namespace VfioMigration.DevVfio.Mounting;

/// <summary>A process that waits in a system call. One for each thread that serves, used again for each request.</summary>
/// <param name="mount">Where its descriptors of <c>/dev/vfio</c> are found.</param>
/// <param name="call">The FUSE request; null for a trapped system call.</param>
internal sealed class ProcessClient(DevVfioFileSystem mount, FuseCall? call = null) : VfioClient, IFuseWaiter
{
    private const int MaxDmaBytes = int.MaxValue;

    private int thread;
    private int process;
    private CancellationToken interrupted;

    /// <summary>Answers the request in the place of its thread, which a driver has not given back.</summary>
    internal Action<Errno> GivenUp { get; set; } = error => call?.Answer(error);

    public override int ProcessId => process != 0 ? process : thread == 0 ? 0 : process = PidFd.ProcessOf(thread);

    public override string Name => (thread == 0 ? null : PidFd.NameOf(ProcessId)) ?? "a program";

    public override bool IsPrivileged => thread != 0 && ProcessCapabilities.HasRawIo(thread);

    public override CancellationToken Interrupted => call?.Interrupted ?? interrupted;

    /// <summary>A request of a thread begins.</summary>
    internal void Begin(int callerThread, CancellationToken signalled = default)
    {
        thread = callerThread;
        process = 0;
        interrupted = signalled;
    }

    public void CallerLeft()
    {
    }

    public override Errno Read(ulong address, Span<byte> destination) => thread == 0 ? Errno.EFAULT : ProcessMemory.Read(thread, address, destination);

    public override Errno Write(ulong address, ReadOnlySpan<byte> source) => thread == 0 ? Errno.EFAULT : ProcessMemory.Write(thread, address, source);

    public override Result<DevVfioFile?> FindFile(int descriptor) =>
        !CopyDescriptor(descriptor).TryGet(out FileDescriptor copy, out Errno error) ? error : Result<DevVfioFile?>.Of(mount.FileBehind(copy));

    public override Result<ClientEventFd> GetEventFd(int descriptor) =>
        !CopyDescriptor(descriptor).TryGet(out FileDescriptor copy, out Errno error) ? error
        : CallersEventFd.Of(copy).TryGet(out CallersEventFd eventFd, out error) ? new ProcessEventFd(eventFd, mount.Host.EventFds)
        : error;

    public override Errno CheckMemory(ulong address, ulong length, bool writes) => ProcessMappings.Covers(thread, address, length, writes) ? Errno.None : Errno.EFAULT;

    public override bool IsDeviceMemory(ulong address, ulong length) => ProcessMappings.Touches(thread, address, length, DeviceMappings.IsOne);

    public override Result<DmaMemory> KeepMemory(ulong address, ulong length) =>
        mount.Host.AddressSpaces.Take(thread, ProcessId, address).TryGet(out SharedAddressSpace space, out Errno error) ? new ProcessDmaMemory(space, address, length) : error;

    public override Result<DmaMemory> KeepFile(int descriptor, ulong start, ulong length)
    {
        if (!CopyDescriptor(descriptor).TryGet(out FileDescriptor copy, out Errno error))
        {
            return error;
        }

        return length <= MaxDmaBytes && CallersFile.Map(copy, start, length).TryGet(out CallersFile file, out error) ? new MappedDmaMemory(file)
            : error is Errno.None or Errno.EPERM ? new FileDmaMemory(new Microsoft.Win32.SafeHandles.SafeFileHandle(copy.Detach(), ownsHandle: true), start, length)
            : error;
    }

    /// <summary>A copy of one of its descriptors. EBADF: it has no such one.</summary>
    internal Result<FileDescriptor> CopyDescriptor(int descriptor)
    {
        if (descriptor < 0 || thread == 0)
        {
            return Errno.EBADF;
        }

        if (!PidFd.OfThread(thread).TryGet(out PidFd pidFd, out Errno error))
        {
            return error;
        }

        using (pidFd)
        {
            return pidFd.GetDescriptor(descriptor);
        }
    }
}
