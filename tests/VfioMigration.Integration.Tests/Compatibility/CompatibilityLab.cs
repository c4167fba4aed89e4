using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Compatibility;

/// <summary>Hosts that are more or less compatible with each other, and a shell in the directory where they are mounted.</summary>
internal sealed class CompatibilityLab : IDisposable
{
    internal const string Graphics = "class/mdev_bus/0000:00:02.0/mdev_supported_types";
    internal const string Uuid = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";
    internal const string Address = "0000:06:10.0";

    /// <summary>All that can be served together.</summary>
    private const string Dialects = """
        "version", "migration_version", "migration_errors", "vfio_migration", "migration_compatible_devices", "write_and_ask", "self_compatible",
        "migration_directories", "traits", "interface_version", "base_type", "prefixed", "type_attributes", "devlink", "type_aggregator"
        """;

    private readonly RunningLab lab;

    private CompatibilityLab(string hosts, params string[] more) => lab = new RunningLab($$"""{ "syslog": "false", "hosts": [ {{hosts}} ] }""", more: more);

    internal string Mount => lab.Mount;

    internal int ProcessId => lab.ProcessId;

    /// <summary>Strict i915 on <c>one</c>, <c>two</c> (the same function) and <c>other</c>; <c>absent</c> serves nothing, <c>inert</c> is the series as posted.</summary>
    internal static CompatibilityLab Strict() => new(string.Join(", ",
        Graphic("one", "193b", ""),
        Graphic("two", "193b", ""),
        Graphic("other", "191b", ""),
        Graphic("absent", "193b", "\"migration_version\": \"false\""),
        Graphic("inert", "193b", "\"software_version\": \"undefined\"")));

    /// <summary>
    /// <c>a</c>: 193b, software 1, mtty 1.2, two subchannels; <c>b</c>: 591d, software 2, mtty 1.1, a subchannel with another mask. Relaxed, aggregating, and all
    /// dialects.
    /// </summary>
    internal static CompatibilityLab Relaxed() => new(
        $$"""
        { "name": "a", "compatibility": [ {{Dialects}} ], "pci": [ { "address": "0000:00:02.0", "id": "8086:193b" } ],
          "subchannels": [ { "id": "0.0.0313", "chpid_mask": "f0" }, { "id": "0.0.0314", "chpid_type": "1b" } ],
          "drivers": [ {{I915("1")}}, {{Samples("1.2")}}, { "name": "vfio_ccw" } ] },
        { "name": "b", "compatibility": [ {{Dialects}} ], "pci": [ { "address": "0000:00:02.0", "id": "8086:591d" } ],
          "subchannels": [ { "id": "0.0.0313", "chpid_mask": "80" } ],
          "drivers": [ {{I915("2")}}, {{Samples("1.1")}}, { "name": "vfio_ccw" } ] }
        """);

    /// <summary>
    /// An XL710 function each, by itself on <c>phys</c> and wrapped on <c>mdev</c>; those with <c>any</c> take the state of the other kind, <c>new</c> has newer software, <c>other</c>
    /// another function, <c>both</c> a driver of each kind.
    /// </summary>
    internal static CompatibilityLab Hybrid() => new(string.Join(", ",
        Alone("phys", "8086:154c", ""),
        Alone("anyphys", "8086:154c", "\"hybrid\": \"true\""),
        Alone("new", "8086:154c", "\"software_version\": \"1.1\""),
        Alone("other", "8086:1889", ""),
        Wrapped("mdev", ""),
        Wrapped("anymdev", "\"hybrid\": \"true\""),
        Function("both", "8086:154c", """{ "name": "i40evf" }, { "name": "vfio_pci" }, { "name": "wrapper_mdev", "options": { "hybrid": "true" } }""")));

    /// <summary>Equal NVMe functions: <c>far</c> with remote data, <c>near</c> without, <c>large</c> with a larger store, <c>new</c> with newer software.</summary>
    internal static CompatibilityLab Nvme() => new(string.Join(", ",
        Disk("far", "\"remote_url\": \"nvmf://10.0.0.1/nqn.a\""),
        Disk("near", ""),
        Disk("large", "\"store_mb\": \"16\""),
        Disk("new", "\"software_version\": \"1.1\"")));

    /// <summary>
    /// A GPU that aggregates on <c>one</c> and <c>two</c>, at another address; crypto queues on these and on <c>own</c>, where adapter 6 belongs to the host.
    /// </summary>
    internal static CompatibilityLab Duplicates() => new($$"""
        { "name": "one", "pci": [ { "address": "0000:00:02.0", "id": "8086:193b" } ], "drivers": [ {{I915("1")}}, { "name": "vfio_ap" } ] },
        { "name": "two", "pci": [ { "address": "0000:00:03.0", "id": "8086:193b" } ], "drivers": [ {{I915("1")}}, { "name": "vfio_ap" } ] },
        { "name": "own", "drivers": [ { "name": "vfio_ap", "options": { "apmask": "0,6" } } ] }
        """);

    /// <summary>An accelerator with sixty work queues on <c>a</c> and on <c>b</c>.</summary>
    internal static CompatibilityLab Queues() => new(string.Join(", ", new[] { "a", "b" }.Select(name =>
        $$"""{ "name": "{{name}}", "pci": [ { "address": "0000:6a:01.0", "id": "8086:0b25" } ], "drivers": [ { "name": "idxd" } ] }""")));

    /// <summary>One host with the driver of the tests that does everything wrong.</summary>
    internal static CompatibilityLab Faulty() => new(
        """{ "name": "f", "drivers": [ { "name": "faulty" } ] }""", "--drivers", Path.Combine(AppContext.BaseDirectory, "testdrivers"));

    public void Dispose() => lab.Dispose();

    /// <summary>A script in bash; it must not complain. What it printed.</summary>
    internal string Shell(string script)
    {
        (int status, string output, string errors) = Program.Bash($"vfiomig='{Program.Path}'; {script}", Mount);
        Assert.True(errors.Length == 0, $"{status} {errors} {output}");
        return output;
    }

    internal (int Status, string Output, string Errors) Vfiomig(string arguments) => Program.Bash($"'{Program.Path}' {arguments}", Mount);

    /// <summary>A script in bash to which /sys is the tree of that host.</summary>
    internal (int Status, string Output, string Errors) Run(string host, string script) => lab.Command("run", "--host", host, "--", "bash", "-c", script);

    private static string Alone(string name, string id, string options) => Function(name, id, $$"""
        { "name": "i40evf", "options": { "ids": "{{id}}"{{(options.Length == 0 ? "" : ", ")}}{{options}} } }, { "name": "vfio_pci", "options": { "ids": "{{id}}" } }
        """);

    private static string Wrapped(string name, string options) =>
        Function(name, "8086:154c", $$"""{ "name": "i40evf" }, { "name": "wrapper_mdev", "options": { {{options}} } }""");

    private static string Disk(string name, string options) =>
        Function(name, "1b36:0010", $$"""{ "name": "nvme", "options": { {{options}} } }, { "name": "vfio_pci", "options": { "ids": "1b36:0010" } }""");

    private static string Function(string name, string id, string drivers) =>
        $$"""{ "name": "{{name}}", "pci": [ { "address": "{{Address}}", "id": "{{id}}" } ], "drivers": [ {{drivers}} ] }""";

    private static string Graphic(string name, string id, string options) => $$"""
        { "name": "{{name}}", "compatibility": [ "version", "migration_version" ], "pci": [ { "address": "0000:00:02.0", "id": "8086:{{id}}" } ],
          "drivers": [ { "name": "i915", "options": { {{options}} } } ] }
        """;

    private static string I915(string software) =>
        $$"""{ "name": "i915", "options": { "policy": "relaxed", "aggregation": "true", "software_version": "{{software}}" } }""";

    private static string Samples(string software) => $$"""
        { "name": "mtty", "options": { "migration_version": "true", "software_version": "{{software}}" } },
        { "name": "mdpy", "options": { "migration_version": "true" } }, { "name": "mbochs", "options": { "migration_version": "true" } }
        """;
}
