using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Guests;

/// <summary>Command lines of QEMU for guests that boot in seconds: a kernel and an <see cref="Initramfs"/>, and no device that nobody asked for.</summary>
internal static class GuestMachine
{
    /// <summary>
    /// 128 MiB and a bit. QEMU 7.2 under TCG loses stores of the guest while a migration has a bandwidth limit and RAM is a multiple of 256 KiB; its own limit is 128 MiB/s.
    /// </summary>
    private const string Memory = "131080K";

    /// <summary>The QEMU of this machine.</summary>
    internal static string Qemu { get; } = Path.Combine(DeclaredPrograms.Folder, "qemu-system-x86_64");

    /// <summary>A q35 machine of one processor without acceleration. It ends when the guest reboots or its kernel panics.</summary>
    /// <param name="kernel">What boots.</param>
    /// <param name="initramfs">A file that <see cref="Initramfs.Write"/> wrote.</param>
    /// <param name="qemu">Another QEMU with words before and after it; null for the one of this machine.</param>
    internal static IReadOnlyList<string> Words(GuestKernel kernel, string initramfs, IReadOnlyList<string>? qemu = null) => Words(kernel.Image, initramfs, qemu);

    /// <param name="image">The file of a kernel.</param>
    /// <param name="initramfs">As above.</param>
    /// <param name="qemu">As above.</param>
    internal static IReadOnlyList<string> Words(string image, string initramfs, IReadOnlyList<string>? qemu = null) =>
    [
        .. qemu ?? [Qemu],
        "-machine", "q35", "-accel", "tcg", "-m", Memory, "-nodefaults", "-display", "none", "-no-reboot",
        "-kernel", image, "-initrd", initramfs, "-append", "console=ttyS0 quiet panic=-1",
    ];
}
