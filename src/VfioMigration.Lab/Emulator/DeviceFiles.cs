using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Faults;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Lab.Emulator;

/// <summary>What every device has.</summary>
internal static class DeviceFiles
{
    internal static readonly AttributeGroup Group = new(
        SysfsAttribute<EmulatorDevice>.ReadOnly("personality", static (directory, page) => SysfsText.Line(page, Name(directory.Device.Personality))),
        SysfsAttribute<EmulatorDevice>.WriteOnly("reset", static (directory, value) => Reset(directory, value)),
        SysfsAttribute<EmulatorDevice>.ReadWrite("inject", static (directory, page) => SysfsText.Lines(page, Rules(directory)), Inject));

    internal static string Name(MigrationPersonality personality) => personality.ToString().ToLowerInvariant();

    /// <summary>VFIO_DEVICE_RESET: any number but 0; EINVAL otherwise, EBUSY as <see cref="EmulatorDevice.RefuseWhileHeld"/>.</summary>
    private static Errno Reset(EmulatorDevice directory, ReadOnlySpan<byte> value) =>
        !SysfsText.ParseUnsigned(value).TryGet(out ulong number) || number == 0 ? Errno.EINVAL
        : directory.RefuseWhileHeld() is var held and not Errno.None ? held
        : directory.Device.Reset();

    private static string Rules(EmulatorDevice directory) => string.Concat(directory.Device.Faults.Rules.Select(rule => rule.Text + "\n"));

    /// <summary>A rule per line; <c>clear</c> takes all back. EINVAL for what is no rule, with the reason in the kernel log.</summary>
    private static Errno Inject(EmulatorDevice directory, ReadOnlySpan<byte> value) => InjectText.Take(
        value,
        directory.Device.Faults.Clear,
        text =>
        {
            FaultRule? rule = FaultRule.Parse(text, out string? problem);
            return rule is null ? (Errno.EINVAL, problem) : (directory.Device.Faults.Add(rule), null);
        },
        problem => directory.Device.Device.Log(LogLevels.Warning, $"inject: {problem}"));
}
