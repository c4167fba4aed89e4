using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Lab.Emulator;

/// <summary>The merged uAPI: VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, the data descriptor, VFIO_MIG_GET_PRECOPY_INFO, MIG_DATA_SIZE.</summary>
internal static class MigrationFiles
{
    internal static readonly AttributeGroup Group = new(
        SysfsAttribute<EmulatorDevice>.Interruptible(
            "state",
            static (directory, page, _) => SysfsText.Line(page, directory.Device.Migration!.State.Name()),
            SetState),
        SysfsAttribute<EmulatorDevice>.Interruptible("precopy_info", ShowPrecopyInfo, null),
        SysfsAttribute<EmulatorDevice>.Interruptible(
            "data_size",
            static (directory, page, interrupted) =>
                directory.Device.Migration!.GetStopCopyLength(interrupted).TryGet(out ulong length, out Errno error) ? SysfsText.Line(page, $"{length}") : error,
            null),
        new SysfsStreamAttribute<EmulatorDevice, EmulatorStream>(
            "data",
            static directory => directory.Device.Migration!.Session is { } session ? new EmulatorStream(directory, session) : null,
            static (stream, destination, interrupted) => stream.Directory.RefuseWhileHeld() is var held and not Errno.None ? held : stream.Session.Read(destination, interrupted),
            static (stream, source, interrupted) => stream.Directory.RefuseWhileHeld() is var held and not Errno.None ? held : stream.Session.Write(source, interrupted)));

    /// <summary>A state by name; EINVAL for another name, and where the state machine has no path.</summary>
    private static Errno SetState(EmulatorDevice directory, ReadOnlySpan<byte> value, CancellationToken interrupted) =>
        !DeviceStateNames.Parse(SysfsText.TrimNewline(value)).TryGet(out VfioDeviceState state, out Errno error) ? error
        : directory.RefuseWhileHeld() is var held and not Errno.None ? held
        : directory.Device.Migration!.SetState(state, interrupted).Error;

    /// <summary>ENODEV without a session; else as the ioctl.</summary>
    private static Result<int> ShowPrecopyInfo(EmulatorDevice directory, Span<byte> page, CancellationToken interrupted)
    {
        if (directory.Device.Migration!.Session is not { } session)
        {
            return DeviceStateTable.IsPreCopy(directory.Device.Migration!.State) ? Errno.ENODEV : Errno.EINVAL;
        }

        return session.GetPrecopyInfo(interrupted).TryGet(out PrecopyInfo info, out Errno error)
            ? SysfsText.Lines(page, $"initial_bytes {info.InitialBytes}\ndirty_bytes {info.DirtyBytes}\n")
            : error;
    }
}
