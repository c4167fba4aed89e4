using VfioMigration.Control.Answers;
using VfioMigration.Control.Requests;

namespace VfioMigration.Control;

/// <summary>
/// Every operation of the control protocol: name, request, answer, once or stream. The daemon binds one handler to each row
/// (docs/control-protocol.md describes the wire).
/// </summary>
public static class ControlTable
{
    /// <summary>The names of the hosts.</summary>
    public static ControlOperation<HostsRequest, string> Hosts { get; } = new("hosts", static json => json.HostsRequest);

    /// <summary>Lines of the kernel log.</summary>
    public static ControlOperation<KernelLogRequest, string> KernelLog { get; } =
        new("dmesg", static json => json.KernelLogRequest, mode: AnswerMode.Stream);

    public static ControlOperation<UeventsRequest, UeventAnswer> Uevents { get; } =
        new("uevents", static json => json.UeventsRequest, static json => json.UeventAnswer, AnswerMode.Stream);

    public static ControlOperation<ListDriversRequest, DriverAnswer> ListDrivers { get; } =
        new("driver-list", static json => json.ListDriversRequest, static json => json.DriverAnswer);

    public static ControlOperation<LoadDriverRequest, NoAnswer> LoadDriver { get; } = new("driver-load", static json => json.LoadDriverRequest);

    public static ControlOperation<UnloadDriverRequest, NoAnswer> UnloadDriver { get; } = new("driver-unload", static json => json.UnloadDriverRequest);

    /// <summary>The mount points that the client must fill with what the real /sys has there, as paths below the mount.</summary>
    public static ControlOperation<AttachRequest, string> Attach { get; } =
        new("attach", static json => json.AttachRequest, readyFor: ReadyFor.OneOrTwoDescriptors);

    public static ControlOperation<MigrateRequest, MigrationEvent> Migrate { get; } =
        new("migrate", static json => json.MigrateRequest, static json => json.MigrationEvent, AnswerMode.Stream);

    public static ControlOperation<SendDescriptorsRequest, MigrationEvent> SendDescriptors { get; } =
        new("send-descriptors", static json => json.SendDescriptorsRequest, static json => json.MigrationEvent, AnswerMode.Stream, ReadyFor.TwoDescriptors);

    public static ControlOperation<ReceiveRequest, NoAnswer> Receive { get; } =
        new("receive", static json => json.ReceiveRequest, readyFor: ReadyFor.MigrationStream);

    public static ControlOperation<ReceiveDescriptorsRequest, NoAnswer> ReceiveDescriptors { get; } =
        new("receive-descriptors", static json => json.ReceiveDescriptorsRequest, readyFor: ReadyFor.TwoDescriptors);

    public static ControlOperation<GuestStartRequest, NoAnswer> GuestStart { get; } = new("guest-start", static json => json.GuestStartRequest);

    /// <summary>One line: <c>none</c>, <c>running</c>, <c>paused</c>, <c>incoming</c>, <c>handed-over</c> or <c>failed: ...</c>.</summary>
    public static ControlOperation<GuestStatusRequest, string> GuestStatus { get; } = new("guest-status", static json => json.GuestStatusRequest);

    public static ControlOperation<GuestPauseRequest, NoAnswer> GuestPause { get; } = new("guest-pause", static json => json.GuestPauseRequest);

    public static ControlOperation<GuestResumeRequest, NoAnswer> GuestResume { get; } = new("guest-resume", static json => json.GuestResumeRequest);

    public static ControlOperation<GuestStopRequest, NoAnswer> GuestStop { get; } = new("guest-stop", static json => json.GuestStopRequest);

    /// <summary>One line: <c>ok, N steps</c>. A difference is a failure.</summary>
    public static ControlOperation<GuestVerifyRequest, string> GuestVerify { get; } = new("guest-verify", static json => json.GuestVerifyRequest);

    public static IReadOnlyList<ControlOperation> Rows { get; } =
    [
        Hosts, KernelLog, Uevents, ListDrivers, LoadDriver, UnloadDriver, Attach, Migrate, SendDescriptors, Receive, ReceiveDescriptors,
        GuestStart, GuestStatus, GuestPause, GuestResume, GuestStop, GuestVerify,
    ];

    /// <summary>Null for a name that no row has.</summary>
    public static ControlOperation? Find(string name) => Rows.FirstOrDefault(row => row.Name == name);
}
