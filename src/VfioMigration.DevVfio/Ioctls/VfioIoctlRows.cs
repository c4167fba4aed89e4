using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VfioMigration.DevVfio.Clients;
using VfioMigration.Uapi;

namespace VfioMigration.DevVfio.Ioctls;

/// <summary>Makes rows: the steps that all ioctls have in common are here, once.</summary>
internal static class VfioIoctlRows
{
    /// <summary>An ioctl with a structure that begins with argsz.</summary>
    internal delegate VfioIoctlAnswer StructureMethod<TFile, TStructure>(TFile file, in VfioIoctlCall call, ref TStructure structure);

    /// <summary>An ioctl whose argument is a number, or that copies by itself.</summary>
    internal delegate VfioIoctlAnswer PlainMethod<TFile>(TFile file, in VfioIoctlCall call);

    internal static VfioIoctl Plain<TFile>(
        VfioFileKind kind, uint number, string name, PlainMethod<TFile> method, bool mayBlock = false, bool reenters = false, bool returnsFile = false)
        where TFile : DevVfioFile =>
        new(kind, number, name, 0, false, mayBlock, reenters, returnsFile, (file, in call) => method((TFile)file, call));

    /// <summary>
    /// EFAULT when the first <paramref name="minimum"/> bytes cannot be read, EINVAL when argsz is smaller; then the method; then, on success and when asked to, as many bytes are written back,
    /// EFAULT when that fails.
    /// </summary>
    internal static VfioIoctl Structure<TFile, TStructure>(
        VfioFileKind kind,
        uint number,
        string name,
        int minimum,
        StructureMethod<TFile, TStructure> method,
        bool writesBack = false,
        bool mayBlock = false,
        bool reenters = false)
        where TFile : DevVfioFile
        where TStructure : unmanaged =>
        new(kind, number, name, minimum, writesBack, mayBlock, reenters, false, (file, in call) =>
        {
            TStructure structure = default;
            Span<byte> bytes = MemoryMarshal.AsBytes(new Span<TStructure>(ref structure))[..minimum];
            if (call.Client.Read(call.Argument, bytes) != Errno.None)
            {
                return Errno.EFAULT;
            }

            if (Unsafe.As<TStructure, uint>(ref structure) < minimum)
            {
                return Errno.EINVAL;
            }

            VfioIoctlAnswer answer = method((TFile)file, call, ref structure);
            return writesBack && answer.Result.IsOk && call.Client.Write(call.Argument, bytes) != Errno.None ? Errno.EFAULT : answer;
        });

    /// <summary>
    /// An ioctl of iommufd (<c>iommufd/main.c</c>): the caller's structure may be older, and is then taken for one with zeros at its end, or newer, and must then have zeros there (E2BIG).
    /// </summary>
    internal static VfioIoctl Extensible<TFile, TStructure>(
        uint number, string name, int minimum, StructureMethod<TFile, TStructure> method, bool writesBack = true, bool mayBlock = false, bool reenters = false)
        where TFile : DevVfioFile
        where TStructure : unmanaged =>
        new(VfioFileKind.Iommufd, number, name, minimum, writesBack, mayBlock, reenters, false, (file, in call) =>
        {
            TStructure structure = default;
            Errno error = CopyIn(call, ref structure, minimum, out uint size);
            if (error != Errno.None)
            {
                return error;
            }

            VfioIoctlAnswer answer = method((TFile)file, call, ref structure);
            Span<byte> known = MemoryMarshal.AsBytes(new Span<TStructure>(ref structure))[..Math.Min((int)Math.Min(size, int.MaxValue), Unsafe.SizeOf<TStructure>())];
            return writesBack && answer.Result.IsOk && call.Client.Write(call.Argument, known) != Errno.None ? Errno.EFAULT : answer;
        });

    private static Errno CopyIn<TStructure>(in VfioIoctlCall call, ref TStructure structure, int minimum, out uint size)
        where TStructure : unmanaged
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(new Span<TStructure>(ref structure));
        if (call.Get(0, out size) != Errno.None)
        {
            return Errno.EFAULT;
        }

        if (size < minimum)
        {
            return Errno.EINVAL;
        }

        if (size > Page.Size)
        {
            return Errno.E2BIG;
        }

        Span<byte> all = stackalloc byte[(int)size];
        if (call.Client.Read(call.Argument, all) != Errno.None)
        {
            return Errno.EFAULT;
        }

        int known = Math.Min(all.Length, bytes.Length);
        all[..known].CopyTo(bytes);
        return all[known..].ContainsAnyExcept((byte)0) ? Errno.E2BIG : Errno.None;
    }
}
