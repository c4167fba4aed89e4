using System.Text;

using VfioMigration.Lab.Guests;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Lab.Emulator;

/// <summary>A simulated guest that uses the device.</summary>
internal static class GuestFiles
{
    internal static readonly AttributeGroup Group = new(
        "guest",
        SysfsAttribute<EmulatorDevice>.WriteOnly("start", Start),
        SysfsAttribute<EmulatorDevice>.WriteOnly("control", Control),
        SysfsAttribute<EmulatorDevice>.ReadOnly("status", static (directory, page) => SysfsText.Line(page, GuestTable.StatusOf(directory.Guests.Find(directory.Device)))),
        SysfsAttribute<EmulatorDevice>.ReadOnly("steps", static (directory, page) =>
            directory.Guests.Find(directory.Device) is { } guest ? SysfsText.Line(page, $"{guest.Workload.Steps}") : Errno.ENODEV),
        SysfsAttribute<EmulatorDevice>.ReadOnly("verify", static (directory, page) =>
            !(directory.Guests.Find(directory.Device)?.Verify() ?? Errno.ENODEV).TryGet(out string result, out Errno error) ? error : SysfsText.Line(page, result)));

    /// <summary><c>memory=MB rate=STEPS seed=N pattern=NAME</c>, each optional. EINVAL for other text, with the reason in the kernel log.</summary>
    private static Errno Start(EmulatorDevice directory, ReadOnlySpan<byte> value)
    {
        if (GuestOptionsText.Parse(Encoding.ASCII.GetString(value), out string? problem) is { } options)
        {
            Errno held = directory.RefuseWhileHeld();
            return held != Errno.None ? held : directory.Guests.Start(directory.Device, options);
        }

        directory.Device.Device.Log(LogLevels.Warning, $"guest: {problem}");
        return Errno.EINVAL;
    }

    /// <summary><c>pause</c>, <c>resume</c> or <c>stop</c>. ENODEV without a guest, EINVAL for other text.</summary>
    private static Errno Control(EmulatorDevice directory, ReadOnlySpan<byte> value) =>
        directory.Guests.Control(directory.Device, Encoding.ASCII.GetString(SysfsText.TrimNewline(value)));
}
