using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Sdk;

/// <summary>
/// The <c>options</c> of a driver in the lab configuration: names and strings. A driver reads the names it supports; a name that no driver read is
/// reported as an error, so that a misspelt option is not silently ignored.
/// </summary>
public sealed class VendorOptions(IReadOnlyDictionary<string, string> values)
{
    private const string BothInterfaces = "v1+v2";

    private readonly HashSet<string> known = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> problems = [];

    public static VendorOptions None => new(new Dictionary<string, string>());

    /// <summary>Messages about invalid values and names that were not read; read after the driver was created.</summary>
    public IReadOnlyList<string> Problems =>
    [
        .. problems,
        .. values.Keys.Where(name => !known.Contains(name)).Select(name =>
            $"{name}: unknown option; known are: {(known.Count == 0 ? "none" : string.Join(", ", known.Order(StringComparer.Ordinal)))}"),
    ];

    public string GetText(string name, string defaultValue) => Find(name) ?? defaultValue;

    public bool GetFlag(string name, bool defaultValue) =>
        Convert(name, defaultValue, "true or false", static (string text, out bool value) => bool.TryParse(text, out value));

    public int GetNumber(string name, int defaultValue, int min, int max) =>
        Convert(
            name,
            defaultValue,
            $"a number from {min} to {max}",
            (string text, out int value) => int.TryParse(text, out value) && value >= min && value <= max);

    /// <summary>One of a few words.</summary>
    public string GetChoice(string name, string defaultValue, params IReadOnlyList<string> choices) =>
        Convert(
            name,
            defaultValue,
            string.Join(" or ", choices),
            (string text, out string value) => choices.Contains(value = text, StringComparer.Ordinal));

    /// <summary>A text that means something to the driver alone.</summary>
    /// <param name="name">Of the option.</param>
    /// <param name="defaultValue">Without the option.</param>
    /// <param name="expected">Completes "is not ...".</param>
    /// <param name="parse">Null for a text that means nothing.</param>
    public T GetParsed<T>(string name, T defaultValue, string expected, Func<string, T?> parse)
        where T : class =>
        Convert(name, defaultValue, expected, (string text, out T value) => (value = parse(text)!) is not null);

    /// <summary>Which user interface of migration the devices have: <c>none</c>, <c>v1</c>, <c>rfc</c>, <c>v2</c> or <c>v1+v2</c>.</summary>
    public MigrationPersonality GetMigration(MigrationPersonality defaultValue) =>
        GetChoice("migration", defaultValue.ToString().ToLowerInvariant(), "none", "v1", "rfc", "v2", BothInterfaces) is var chosen && chosen == BothInterfaces
            ? MigrationPersonality.V1AndV2
            : Enum.Parse<MigrationPersonality>(chosen, ignoreCase: true);

    /// <summary><c>software_version</c>, which also is the version of the state in the migration stream: numbers up to 65535.</summary>
    public SoftwareVersion GetSoftwareVersion(string defaultValue)
    {
        string text = GetText("software_version", defaultValue);
        if (!SoftwareVersion.TryParse(text, out SoftwareVersion version))
        {
            Reject("software_version", $"'{text}' is not MAJOR.MINOR[.BUGFIX]");
        }
        else if (version is { Major: > ushort.MaxValue } or { Minor: > ushort.MaxValue })
        {
            Reject("software_version", $"'{text}' has a number above {ushort.MaxValue}");
        }

        return version;
    }

    /// <summary>PCI functions by their ids, <c>vvvv:dddd,...</c>.</summary>
    public IReadOnlyList<(ushort Vendor, ushort Device)> GetPciIds(string name, string defaultValue)
    {
        var ids = new List<(ushort Vendor, ushort Device)>();
        foreach (string id in GetText(name, defaultValue).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (PciIds.TryParseId(id, out ushort vendor, out ushort device))
            {
                ids.Add((vendor, device));
            }
            else
            {
                Reject(name, $"'{id}' is not of the form vvvv:dddd");
            }
        }

        return ids;
    }

    /// <summary>Reports a value that is well-formed but invalid.</summary>
    public void Reject(string name, string reason) => problems.Add($"{name}: {reason}");

    private delegate bool Parser<T>(string text, out T value);

    private T Convert<T>(string name, T defaultValue, string expected, Parser<T> parse)
    {
        if (Find(name) is not { } text)
        {
            return defaultValue;
        }

        if (parse(text, out T value))
        {
            return value;
        }

        problems.Add($"{name}: '{text}' is not {expected}");
        return defaultValue;
    }

    private string? Find(string name)
    {
        known.Add(name);
        return values.FirstOrDefault(pair => string.Equals(pair.Key, name, StringComparison.OrdinalIgnoreCase)).Value;
    }
}
