namespace VfioMigration.Sysfs.Guards;

/// <summary>How long each kind of call into a vendor driver may take. <see cref="VendorCall.Attribute"/> has no limit.</summary>
public sealed class VendorTimeouts
{
    /// <summary>The longest limit that can be configured.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromHours(1);

    private static readonly (VendorCall Call, string Name, int Seconds)[] Rows =
    [
        (VendorCall.Probe, "probe", 30),
        (VendorCall.Remove, "remove", 30),
        (VendorCall.Step, "step", 30),
        (VendorCall.Stream, "stream", 30),
        (VendorCall.Judge, "judge", 5),
        (VendorCall.Describe, "describe", 5),
        (VendorCall.Size, "size", 5),
        (VendorCall.Reset, "reset", 5),
        (VendorCall.RegionAccess, "region_access", 5),
        (VendorCall.Irq, "irq", 5),
        (VendorCall.Workload, "workload", 5),
        (VendorCall.ShadowContents, "shadow_contents", 5),
    ];

    private readonly TimeSpan[] limits = new TimeSpan[Enum.GetValues<VendorCall>().Length];

    private VendorTimeouts(IReadOnlyDictionary<string, TimeSpan> chosen)
    {
        limits[(int)VendorCall.Attribute] = Timeout.InfiniteTimeSpan;
        foreach ((VendorCall call, string name, int seconds) in Rows)
        {
            limits[(int)call] = chosen.GetValueOrDefault(name, TimeSpan.FromSeconds(seconds));
        }
    }

    /// <summary>The limits of a host whose configuration names none.</summary>
    public static VendorTimeouts Default { get; } = new(new Dictionary<string, TimeSpan>());

    /// <summary>Names of the rows that have a limit, as <c>vendor_timeout</c> spells them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Rows.Select(static row => row.Name)];

    /// <summary>The limit; <see cref="Timeout.InfiniteTimeSpan"/> for none.</summary>
    public TimeSpan this[VendorCall call] => limits[(int)call];

    /// <summary>The default limits but for the rows named.</summary>
    /// <param name="chosen">By name; others than <see cref="Names"/> are ignored. More than zero and at most <see cref="Max"/>.</param>
    public static VendorTimeouts With(IReadOnlyDictionary<string, TimeSpan> chosen) => new(chosen);

    internal static string NameOf(VendorCall call) =>
        call == VendorCall.Attribute ? "attribute" : Rows[Array.FindIndex(Rows, row => row.Call == call)].Name;
}
