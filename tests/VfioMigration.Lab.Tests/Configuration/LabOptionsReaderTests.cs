using System.Text;

using Microsoft.Extensions.Configuration;

using VfioMigration.Buses.Css;
using VfioMigration.Buses.Pci;
using VfioMigration.Lab.Configuration;
using VfioMigration.Sysfs.Guards;

namespace VfioMigration.Lab.Tests.Configuration;

public class LabOptionsReaderTests
{
    [Fact]
    public void Read_OfAWholeLab_GivesAllOfIt()
    {
        LabOptions lab = ReadGood("""
            { "drivers_path": "/drivers", "syslog": false, "Serilog": { "MinimumLevel": "Debug" },
              "hosts": [ { "name": "left",
                "pci": [ { "address": "0000:00:02.0", "id": "8086:591d", "class": "030000", "subsystem": "8086:2212", "revision": "0x04" } ],
                "subchannels": [ { "id": "0.0.0313", "type": 0, "chpid": "30", "chpid_type": "1b", "chpid_mask": "f0" } ],
                "drivers": [ { "name": "mtty", "load": false, "options": { "software_version": "2.0" } } ] } ] }
            """);

        Assert.Equal(("/drivers", false), (lab.DriversPath, lab.Syslog));
        HostOptions host = Assert.Single(lab.Hosts);
        Assert.Equal("left", host.Name);
        Assert.Equal([(new PciAddress(0, 0, 2, 0), new PciIds(0x8086, 0x591D, 0x8086, 0x2212, 0x030000, 4))], host.Pci);
        Assert.Equal([("0.0.0313", new SubchannelDescription(0, 0x30, 0x1B, 0xF0))], host.Subchannels);
        DriverOptions driver = Assert.Single(host.Drivers);
        Assert.Equal(("mtty", false, "hosts:0:drivers:0:name"), (driver.Name, driver.Load, driver.Key));
        Assert.Equal("2.0", driver.Options["software_version"]);
    }

    [Fact]
    public void Read_OfVendorTimeouts_SetsThoseThatAreNamed()
    {
        LabOptions lab = ReadGood("""{ "hosts": [ { "name": "a", "vendor_timeout": { "judge": 0.5, "probe": "60" } } ] }""");

        VendorTimeouts limits = lab.Hosts[0].VendorTimeouts!;
        Assert.Equal(TimeSpan.FromSeconds(0.5), limits[VendorCall.Judge]);
        Assert.Equal(TimeSpan.FromSeconds(60), limits[VendorCall.Probe]);
        Assert.Equal(VendorTimeouts.Default[VendorCall.Step], limits[VendorCall.Step]);
    }

    /// <summary>The table of docs/architecture.md is that of the program.</summary>
    [Fact]
    public void EveryLimit_IsInTheTableOfTheArchitecture()
    {
        string table = File.ReadAllText(Documents.Path("architecture.md"));
        foreach (VendorCall call in Enum.GetValues<VendorCall>().Where(static call => call != VendorCall.Attribute))
        {
            string name = string.Concat(call.ToString().Select(static (c, i) => i > 0 && char.IsUpper(c) ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
            Assert.Contains(name, VendorTimeouts.Names);
            Assert.Matches($@"\| `{name}` \| [^|]+ \| {VendorTimeouts.Default[call].TotalSeconds} s \|", table);
        }
    }

    [Fact]
    public void Read_OfTheLeast_TakesTheDefaults()
    {
        LabOptions lab = ReadGood("""{ "hosts": [ { "name": "a", "drivers": [ { "name": "mtty" } ] } ] }""");

        Assert.Equal((null, true), (lab.DriversPath, lab.Syslog));
        Assert.Empty(lab.Hosts[0].Pci);
        Assert.True(lab.Hosts[0].Drivers[0].Load);
        Assert.Empty(lab.Hosts[0].Drivers[0].Options);
    }

    [Theory]
    [InlineData("{ }", "hosts")]
    [InlineData("""{ "hosts": [] }""", "hosts")]
    [InlineData("""{ "hosts": "a" }""", "hosts")]
    [InlineData("""{ "hosts": [ { "name": "a" } ], "syslog": "maybe" }""", "syslog")]
    [InlineData("""{ "hosts": [ { "name": "a" } ], "drivers_path": [ "a" ] }""", "drivers_path")]
    [InlineData("""{ "hosts": [ { "name": "a" } ], "Hots": 1 }""", "Hots")]
    [InlineData("""{ "hosts": [ { "name": "a", "vendor_timeout": { "judge": "soon" } } ] }""", "hosts:0:vendor_timeout:judge")]
    [InlineData("""{ "hosts": [ { "name": "a", "vendor_timeout": { "judge": 0 } } ] }""", "hosts:0:vendor_timeout:judge")]
    [InlineData("""{ "hosts": [ { "name": "a", "vendor_timeout": { "step": 3601 } } ] }""", "hosts:0:vendor_timeout:step")]
    [InlineData("""{ "hosts": [ { "name": "a", "vendor_timeout": { "attribute": 1 } } ] }""", "hosts:0:vendor_timeout:attribute")]
    [InlineData("""{ "hosts": [ { "name": "a", "vendor_timeout": 5 } ] }""", "hosts:0:vendor_timeout")]
    [InlineData("""{ "hosts": [ { } , { "name": "a" } ] }""", "hosts:0:name")]
    [InlineData("""{ "hosts": [ { "name": "a/b" } ] }""", "hosts:0:name")]
    [InlineData("""{ "hosts": [ { "name": ".a" } ] }""", "hosts:0:name")]
    [InlineData("""{ "hosts": [ { "name": "\u00e4" } ] }""", "hosts:0:name")]
    [InlineData("""{ "hosts": [ { "name": "a", "nmae": "b" } ] }""", "hosts:0:nmae")]
    [InlineData("""{ "hosts": [ { "name": "a", "pci": "x" } ] }""", "hosts:0:pci")]
    [InlineData("""{ "hosts": [ { "name": "a" }, { "name": "a" } ] }""", "hosts")]
    public void Read_OfAMistakeInAHost_NamesItsKey(string json, string key) => AssertProblem(json, key);

    [Theory]
    [InlineData("""{ "id": "8086:591d" }""", "address")]
    [InlineData("""{ "address": "00:02.0", "id": "8086:591d" }""", "address")]
    [InlineData("""{ "address": "0000:00:02.0" }""", "id")]
    [InlineData("""{ "address": "0000:00:02.0", "id": "8086" }""", "id")]
    [InlineData("""{ "address": "0000:00:02.0", "id": "8086:591d", "subsystem": "1" }""", "subsystem")]
    [InlineData("""{ "address": "0000:00:02.0", "id": "8086:591d", "class": "1000000" }""", "class")]
    [InlineData("""{ "address": "0000:00:02.0", "id": "8086:591d", "revision": "100" }""", "revision")]
    [InlineData("""{ "address": "0000:00:02.0", "id": "8086:591d", "revision": "x" }""", "revision")]
    [InlineData("""{ "address": "0000:00:02.0", "id": "8086:591d", "adress": "" }""", "adress")]
    [InlineData("""{ "address": { "a": "b" }, "id": "8086:591d" }""", "address")]
    public void Read_OfAMistakeInAPciFunction_NamesItsKey(string pci, string key) =>
        AssertProblem($$"""{ "hosts": [ { "name": "a", "pci": [ {{pci}} ] } ] }""", $"hosts:0:pci:0:{key}");

    [Theory]
    [InlineData("""{ }""", "id")]
    [InlineData("""{ "id": "313" }""", "id")]
    [InlineData("""{ "id": "0.0.0313", "type": "10" }""", "type")]
    [InlineData("""{ "id": "0.0.0313", "chpid": "100" }""", "chpid")]
    [InlineData("""{ "id": "0.0.0313", "chpid_type": "" }""", "chpid_type")]
    [InlineData("""{ "id": "0.0.0313", "chpid_mask": "-1" }""", "chpid_mask")]
    [InlineData("""{ "id": "0.0.0313", "mask": "1" }""", "mask")]
    public void Read_OfAMistakeInASubchannel_NamesItsKey(string subchannel, string key) =>
        AssertProblem($$"""{ "hosts": [ { "name": "a", "subchannels": [ {{subchannel}} ] } ] }""", $"hosts:0:subchannels:0:{key}");

    [Theory]
    [InlineData("""{ }""", "name")]
    [InlineData("""{ "name": "mtty", "load": 1 }""", "load")]
    [InlineData("""{ "name": "mtty", "option": { } }""", "option")]
    [InlineData("""{ "name": "mtty", "options": "software_version" }""", "options")]
    public void Read_OfAMistakeInADriver_NamesItsKey(string driver, string key) =>
        AssertProblem($$"""{ "hosts": [ { "name": "a", "drivers": [ {{driver}} ] } ] }""", $"hosts:0:drivers:0:{key}");

    [Theory]
    [InlineData("""  "pci": [ { "address": "0000:00:0a.0", "id": "8086:591d" }, { "address": "0000:00:0A.0", "id": "8086:591d" } ] """, "pci")]
    [InlineData("""  "subchannels": [ { "id": "0.0.0313" }, { "id": "0.0.0313" } ] """, "subchannels")]
    [InlineData("""  "drivers": [ { "name": "mtty" }, { "name": "mtty" } ] """, "drivers")]
    public void Read_OfSomethingTwice_NamesTheList(string lists, string key) =>
        AssertProblem($$"""{ "hosts": [ { "name": "a", {{lists}} } ] }""", $"hosts:0:{key}");

    [Theory]
    [InlineData(64, 0)]
    [InlineData(65, 1)]
    public void Read_OfManyHosts_IsLimited(int count, int expected)
    {
        string hosts = string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{ "name": "h{{i}}" }"""));

        Assert.Equal(expected, Read($$"""{ "hosts": [ {{hosts}} ] }""").Problems.Count);
    }

    [Theory]
    [InlineData(64, 0)]
    [InlineData(65, 1)]
    public void Read_OfALongHostName_IsLimited(int length, int expected) =>
        Assert.Equal(expected, Read($$"""{ "hosts": [ { "name": "{{new string('a', length)}}" } ] }""").Problems.Count);

    [Theory]
    [InlineData("""{ "hosts": "a" }""")]
    [InlineData("""{ "hosts": [ { "name": "a", "pci": [ { "id": "8086:591d" } ] } ] }""")]
    [InlineData("""{ "hosts": [ { "name": "a", "subchannels": [ { } ] } ] }""")]
    public void Read_OfOneMistake_IsOneSentence(string json) => Assert.Single(Read(json).Problems);

    [Fact]
    public void Read_OfSeveralMistakes_NamesAll() =>
        Assert.Equal(
            3,
            Read("""{ "hosts": [ { "name": "a", "pci": [ { "address": "x", "id": "y", "class": "z" } ] } ] }""").Problems.Count);

    [Fact]
    public void Read_WithoutTheCompatibilityKey_LeavesTheChoiceToTheHost() =>
        Assert.Null(ReadGood("""{ "hosts": [ { "name": "a" } ] }""").Hosts[0].Compatibility);

    [Fact]
    public void Read_OfNoDialects_IsNoneRatherThanTheDefault() =>
        Assert.Empty(ReadGood("""{ "hosts": [ { "name": "a", "compatibility": [] } ] }""").Hosts[0].Compatibility!);

    [Fact]
    public void Read_OfDialects_KeepsTheirNames() => Assert.Equal(
        ["version", "type_aggregator"],
        ReadGood("""{ "hosts": [ { "name": "a", "compatibility": [ "version", "type_aggregator" ] } ] }""").Hosts[0].Compatibility!);

    [Theory]
    [InlineData("\"verion\"", "unknown dialect 'verion'; known are: version, migration_version, migration_errors, ")]
    [InlineData("\"version\", \"version\"", "'version' ")]
    [InlineData("\"compatible_type\", \"type_attributes\"", "'compatible_type' and 'type_attributes' cannot both be served: each has a file compatible_type")]
    [InlineData("\"declarative\", \"type_aggregator\"", "'declarative' and 'type_aggregator' cannot both be served: each has a file that is named like a field of the description")]
    public void Read_OfAMistakeInTheDialects_SaysIt(string names, string sentence)
    {
        string problem = Assert.Single(Read($$"""{ "hosts": [ { "name": "a", "compatibility": [ {{names}} ] } ] }""").Problems);

        Assert.StartsWith("hosts:0:compatibility", problem, StringComparison.Ordinal);
        Assert.Contains(sentence, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"version\"")]
    [InlineData("[ [ \"version\" ] ]")]
    [InlineData("[ null ]")]
    public void Read_OfDialectsThatAreNoList_NamesTheKey(string value) =>
        AssertProblem($$"""{ "hosts": [ { "name": "a", "compatibility": {{value}} } ] }""", "hosts:0:compatibility");

    private static void AssertProblem(string json, string key)
    {
        List<string> problems = Read(json).Problems;

        Assert.NotEmpty(problems);
        Assert.All(problems, problem => Assert.StartsWith($"{key}: ", problem, StringComparison.Ordinal));
    }

    private static LabOptions ReadGood(string json)
    {
        (LabOptions options, List<string> problems) = Read(json);
        Assert.Empty(problems);
        return options;
    }

    private static (LabOptions Options, List<string> Problems) Read(string json)
    {
        var problems = new List<string>();
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return (LabOptionsReader.Read(new ConfigurationBuilder().AddJsonStream(stream).Build(), problems), problems);
    }
}
