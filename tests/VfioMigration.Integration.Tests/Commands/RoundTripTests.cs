using System.Text;

using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Commands;

/// <summary>Every pair of source type and target type over two hosts, by a shell, as tables of verdicts.</summary>
public sealed class RoundTripTests
{
    /// <summary>The default lab twice, and once with the attribute switched on for the kernel's samples as well.</summary>
    [Theory]
    [InlineData("round-trip-default.txt", "")]
    [InlineData("round-trip-all.txt", ", \"options\": { \"migration_version\": \"true\" }")]
    public void EveryPairOfTypes_HasItsVerdict(string golden, string options)
    {
        using var lab = new RunningLab(Configuration(options));
        (int status, string output, string errors) = Program.Bash(Script, lab.Mount);
        Assert.Equal((0, ""), (status, errors));
        Repository.CompareWithGolden(golden, output);
    }

    private const string Script = """
        for s in a/class/mdev_bus/*/mdev_supported_types/*; do
          for d in b/class/mdev_bus/*/mdev_supported_types/*; do
            sp=${s#a/class/mdev_bus/}; dp=${d#b/class/mdev_bus/}
            if ! v=$(cat $s/migration_version 2>/dev/null); then r="source cannot migrate"
            elif ! [ -e $d/migration_version ]; then r="target cannot migrate"
            elif e=$( (echo "$v" > $d/migration_version) 2>&1); then r=compatible
            else r=${e##*: }; fi
            echo "${sp/mdev_supported_types\//} -> ${dp/mdev_supported_types\//}: $r"
          done
        done
        """;

    private static string Configuration(string options)
    {
        string host = """
            {
              "name": "NAME",
              "pci": [
                { "address": "0000:00:02.0", "id": "8086:591d" },
                { "address": "0000:00:03.0", "id": "8086:193b" }
              ],
              "subchannels": [
                { "id": "0.0.0313", "chpid": "30", "chpid_type": "1a", "chpid_mask": "f0" },
                { "id": "0.0.0314", "chpid": "31", "chpid_type": "1b", "chpid_mask": "80" }
              ],
              "drivers": [
                { "name": "mtty"OPTIONS }, { "name": "mdpy"OPTIONS }, { "name": "mbochs"OPTIONS },
                { "name": "i915" }, { "name": "vfio_ccw" }
              ]
            }
            """.Replace("OPTIONS", options, StringComparison.Ordinal);
        var text = new StringBuilder("{ \"hosts\": [ ");
        text.Append(host.Replace("NAME", "a", StringComparison.Ordinal)).Append(", ");
        text.Append(host.Replace("NAME", "b", StringComparison.Ordinal)).Append(" ] }");
        return text.ToString();
    }
}
