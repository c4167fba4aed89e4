using VfioMigration.Control.Requests;

namespace VfioMigration.Control.Tests;

/// <summary>A request of every row, with every field set, and one with nothing but what it needs.</summary>
internal static class SampleRequests
{
    internal static IReadOnlyList<Sample> All { get; } =
    [
        Of(ControlTable.Hosts, new HostsRequest(), """{"op":"hosts"}"""),
        Of(ControlTable.KernelLog, new KernelLogRequest(), """{"op":"dmesg","follow":false,"with_time":true}"""),
        Of(ControlTable.KernelLog, new KernelLogRequest("a", true, false), """{"op":"dmesg","host":"a","follow":true,"with_time":false}"""),
        Of(ControlTable.Uevents, new UeventsRequest("a"), """{"op":"uevents","host":"a"}"""),
        Of(ControlTable.ListDrivers, new ListDriversRequest("a"), """{"op":"driver-list","host":"a"}"""),
        Of(ControlTable.LoadDriver, new LoadDriverRequest("mtty", "a"), """{"op":"driver-load","driver":"mtty","host":"a"}"""),
        Of(ControlTable.UnloadDriver, new UnloadDriverRequest("mtty"), """{"op":"driver-unload","driver":"mtty"}"""),
        Of(ControlTable.Attach, new AttachRequest(), """{"op":"attach"}"""),
        Of(ControlTable.Attach, new AttachRequest("a", 7), """{"op":"attach","host":"a","descriptors":7}"""),
        Of(
            ControlTable.Migrate,
            new MigrateRequest("a", "d", "tcp:[::1]:7/b/d", 3, 20, 1L << 40, true),
            """{"op":"migrate","host":"a","device":"d","target":"tcp:[::1]:7/b/d","max_rounds":3,"downtime_milliseconds":20,"bytes_per_second":1099511627776,"unchecked":true}"""),
        Of(
            ControlTable.SendDescriptors,
            new SendDescriptorsRequest("a", "d", OneWay: true),
            """{"op":"send-descriptors","host":"a","device":"d","one_way":true,"unchecked":false}"""),
        Of(ControlTable.Receive, new ReceiveRequest(), """{"op":"receive"}"""),
        Of(ControlTable.ReceiveDescriptors, new ReceiveDescriptorsRequest("b", "d"), """{"op":"receive-descriptors","host":"b","device":"d"}"""),
        Of(ControlTable.GuestStart, new GuestStartRequest("a", "d", "memory=4"), """{"op":"guest-start","host":"a","device":"d","options":"memory=4"}"""),
        Of(ControlTable.GuestStatus, new GuestStatusRequest("a", "d"), """{"op":"guest-status","host":"a","device":"d"}"""),
        Of(ControlTable.GuestPause, new GuestPauseRequest("a", "d"), """{"op":"guest-pause","host":"a","device":"d"}"""),
        Of(ControlTable.GuestResume, new GuestResumeRequest("a", "d"), """{"op":"guest-resume","host":"a","device":"d"}"""),
        Of(ControlTable.GuestStop, new GuestStopRequest("a", "d"), """{"op":"guest-stop","host":"a","device":"d"}"""),
        Of(ControlTable.GuestVerify, new GuestVerifyRequest("a", "d"), """{"op":"guest-verify","host":"a","device":"d"}"""),
    ];

    private static Sample Of<TRequest, TAnswer>(ControlOperation<TRequest, TAnswer> operation, TRequest request, string line)
        where TRequest : class
        where TAnswer : class =>
        new(operation, request, operation.Write(request), line);
}
