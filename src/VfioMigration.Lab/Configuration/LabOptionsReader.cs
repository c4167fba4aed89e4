using System.Globalization;

using Microsoft.Extensions.Configuration;

using VfioMigration.Buses.Css;
using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility.Dialects;
using VfioMigration.Lab.Dialects;
using VfioMigration.Sysfs.Guards;

namespace VfioMigration.Lab.Configuration;

/// <summary>Turns a configuration into <see cref="LabOptions"/>, or into sentences that name the keys that are wrong.</summary>
public static class LabOptionsReader
{
    /// <summary>The section of the log, read by Serilog itself.</summary>
    public const string LogSection = "Serilog";

    /// <summary>More hosts in one process are refused.</summary>
    private const int MaxHosts = 64;

    /// <param name="configuration">The lab file, environment and command line, already merged.</param>
    /// <param name="problems">Gets one message per mistake; the result is usable only when it stays empty.</param>
    public static LabOptions Read(IConfiguration configuration, List<string> problems)
    {
        var reader = new SectionReader(configuration, "", problems);
        HostOptions[] hosts = [.. reader.List("hosts").Select(host => ReadHost(host, problems))];
        if (problems.Count == 0 && (hosts.Length is 0 or > MaxHosts))
        {
            reader.Problem("hosts", hosts.Length == 0 ? "at least one host is required" : $"at most {MaxHosts} hosts are supported");
        }

        foreach (IGrouping<string, HostOptions> twice in hosts.GroupBy(host => host.Name).Where(group => group.Count() > 1))
        {
            reader.Problem("hosts", $"duplicate name '{twice.Key}' ({twice.Count()} times)");
        }

        var options = new LabOptions(hosts, reader.Text("drivers_path"), reader.Flag("syslog", true));
        reader.Ignore(LogSection);
        reader.Finish();
        return options;
    }

    private static HostOptions ReadHost(SectionReader reader, List<string> problems)
    {
        string name = reader.RequiredText("name");
        if (name.Length > 64 || name.StartsWith('.') || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
        {
            reader.Problem("name", $"'{name}' may contain letters, digits, '-', '_' and '.', at most 64, and not begin with a dot");
        }

        var host = new HostOptions(
            name,
            [.. reader.List("pci").Select(ReadPci)],
            [.. reader.List("subchannels").Select(ReadSubchannel)],
            [.. reader.List("drivers").Select(ReadDriver)],
            ReadCompatibility(reader),
            ReadVendorTimeouts(reader),
            ReadKernel(reader));
        ReportTwice(reader, "pci", host.Pci.Select(pci => pci.Address.ToString()));
        ReportTwice(reader, "subchannels", host.Subchannels.Select(subchannel => subchannel.Id));
        ReportTwice(reader, "drivers", host.Drivers.Select(driver => driver.Name));
        reader.Finish();
        return host;
    }

    private static KernelOptions ReadKernel(SectionReader reader)
    {
        string? version = reader.Text("kernel");
        if (version is not null && !KernelOptions.Versions.Contains(version))
        {
            reader.Problem("kernel", $"'{version}' is not a kernel whose behaviour is known; known are: {string.Join(", ", KernelOptions.Versions)}");
        }

        return new KernelOptions(version, reader.Flag("iommu", true), reader.Flag("iommufd", false));
    }

    /// <summary>Seconds by the name of a row of the table of limits (docs/architecture.md).</summary>
    private static VendorTimeouts? ReadVendorTimeouts(SectionReader reader)
    {
        const string Key = "vendor_timeout";
        IReadOnlyDictionary<string, string> texts = reader.Map(Key);
        var chosen = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        foreach ((string name, string text) in texts)
        {
            if (!VendorTimeouts.Names.Contains(name))
            {
                reader.Problem($"{Key}:{name}", $"unknown limit; known are: {string.Join(", ", VendorTimeouts.Names)}");
            }
            else if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
                || !(seconds > 0)
                || seconds > VendorTimeouts.Max.TotalSeconds)
            {
                reader.Problem($"{Key}:{name}", $"'{text}' is not a number of seconds above 0 and up to {VendorTimeouts.Max.TotalSeconds}");
            }
            else
            {
                chosen[name] = TimeSpan.FromSeconds(seconds);
            }
        }

        return texts.Count == 0 ? null : VendorTimeouts.With(chosen);
    }

    /// <summary>Names of dialects, each known, none twice, no two with the same files.</summary>
    private static IReadOnlyList<string>? ReadCompatibility(SectionReader reader)
    {
        if (reader.Texts("compatibility") is not { } names)
        {
            return null;
        }

        IReadOnlyList<Dialect> all = HostDialects.CreateAll();
        foreach (string unknown in names.Where(name => all.All(dialect => dialect.Name != name)))
        {
            reader.Problem("compatibility", $"unknown dialect '{unknown}'; known are: {string.Join(", ", all.Select(dialect => dialect.Name))}");
        }

        ReportTwice(reader, "compatibility", names);
        foreach ((Dialect first, Dialect second, string file) in DialectCatalogue.Collisions([.. all.Where(dialect => names.Contains(dialect.Name))]))
        {
            reader.Problem("compatibility", $"'{first.Name}' and '{second.Name}' cannot both be served: each has a file {(file == Dialect.AnyField ? "that is named like a field of the description" : file)}");
        }

        return names;
    }

    private static (PciAddress Address, PciIds Ids) ReadPci(SectionReader reader)
    {
        string addressText = reader.RequiredText("address");
        if (!PciAddress.TryParse(addressText, out PciAddress address) && addressText.Length > 0)
        {
            reader.Problem("address", $"'{addressText}' is not of the form DDDD:BB:DD.F");
        }

        (ushort vendor, ushort device) = ReadId(reader, "id", reader.RequiredText("id"));
        (ushort subVendor, ushort subDevice) = ReadId(reader, "subsystem", reader.Text("subsystem") ?? "0000:0000");
        var ids = new PciIds(
            vendor,
            device,
            subVendor,
            subDevice,
            reader.Hex("class", 0xFF0000, 0xFFFFFF),
            (byte)reader.Hex("revision", 0, 0xFF));
        reader.Finish();
        return (address, ids);
    }

    private static (ushort First, ushort Second) ReadId(SectionReader reader, string key, string text)
    {
        if (!PciIds.TryParseId(text, out ushort first, out ushort second) && text.Length > 0)
        {
            reader.Problem(key, $"'{text}' is not of the form vvvv:dddd");
        }

        return (first, second);
    }

    private static (string Id, SubchannelDescription Description) ReadSubchannel(SectionReader reader)
    {
        string id = reader.RequiredText("id");
        if (!CssBus.IsValidId(id) && id.Length > 0)
        {
            reader.Problem("id", $"'{id}' is not of the form C.S.NNNN, such as 0.0.0313");
        }

        var description = new SubchannelDescription(
            (byte)reader.Hex("type", 0, 0xF),
            (byte)reader.Hex("chpid", 0, 0xFF),
            (byte)reader.Hex("chpid_type", 0x1A, 0xFF),
            (byte)reader.Hex("chpid_mask", 0x80, 0xFF));
        reader.Finish();
        return (id, description);
    }

    private static DriverOptions ReadDriver(SectionReader reader)
    {
        if (reader.Text("program") is { } program && string.IsNullOrWhiteSpace(program))
        {
            reader.Problem("program", "is empty; give the command that starts the driver, or leave the key out");
        }

        var driver = new DriverOptions(
            reader.RequiredText("name"),
            reader.Map("options"),
            reader.Flag("load", true),
            reader.KeyOf("name"),
            reader.Text("program"));
        reader.Finish();
        return driver;
    }

    private static void ReportTwice(SectionReader reader, string key, IEnumerable<string> names)
    {
        foreach (IGrouping<string, string> twice in names.Where(name => name.Length > 0).GroupBy(name => name).Where(group => group.Count() > 1))
        {
            reader.Problem(key, $"duplicate '{twice.Key}' ({twice.Count()} times)");
        }
    }
}
