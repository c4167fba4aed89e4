using System.Text.Json;

namespace VfioMigration.Integration.Tests.Compatibility;

/// <summary>R11, R12, R16, by the program, over mounted trees.</summary>
public sealed class CheckCommandTests : IDisposable
{
    private const string Type = CompatibilityLab.Graphics + "/i915-GVTg_V5_4";
    private const string Device = "bus/mdev/devices/" + CompatibilityLab.Uuid;

    private readonly CompatibilityLab lab = CompatibilityLab.Strict();

    public void Dispose() => lab.Dispose();

    /// <summary>Each side absent, ENODEV or good, and a target that says EINVAL; on both nodes.</summary>
    [Theory]
    [InlineData(Type)]
    [InlineData(Device)]
    public void RuleTable_OnEitherNode_DecidesByTheFirstThatFails(string node)
    {
        string output = lab.Shell($$"""
            for host in one two other absent inert; do echo {{CompatibilityLab.Uuid}} > $host/{{Type}}/create; done
            for source in one absent inert; do for target in two other absent inert; do
              text=$($vfiomig check $source/{{node}} $target/{{node}}); echo "$source $target $? $(echo "$text" | awk '/ rule / { print $2 }')"
            done; done
            """);

        Assert.Equal(
            """
            one two 0 all-passed
            one other 1 target-write
            one absent 1 target-absent
            one inert 1 target-write
            absent two 1 source-absent
            absent other 1 source-absent
            absent absent 1 source-absent
            absent inert 1 source-absent
            inert two 1 source-read
            inert other 1 source-read
            inert absent 1 target-absent
            inert inert 1 source-read

            """,
            output);
    }

    [Fact]
    public void Check_OfARefusal_ShowsRuleErrnoAndTheDriversReason()
    {
        (int status, string output, string errors) = lab.Vfiomig($"check one/{Type} other/{Type}/migration_version");

        Assert.Equal((1, ""), (status, errors));
        Assert.StartsWith("incompatible\n  rule    target-write\n", output, StringComparison.Ordinal);
        Assert.Contains("Invalid argument (EINVAL)\n", output, StringComparison.Ordinal);
        Assert.Contains("i915: graphics hardware 8086-193b does not match 8086-191b", output, StringComparison.Ordinal);
        Assert.Contains("  string  8086-193b-GVTg_V5_4-00000001\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_AsJson_IsOneObject()
    {
        (int status, string output, _) = lab.Vfiomig($"check --json one/{Type} other/{Type}");
        JsonElement answer = JsonDocument.Parse(output).RootElement;

        Assert.Equal(1, status);
        Assert.False(answer.GetProperty("compatible").GetBoolean());
        Assert.Equal(
            ("target-write", "EINVAL", "8086-193b-GVTg_V5_4-00000001", $"one/{Type}"),
            (answer.GetProperty("rule").GetString(), answer.GetProperty("errno").GetString(), answer.GetProperty("version").GetString(), answer.GetProperty("source").GetString()));
        Assert.Contains("graphics hardware", answer.GetProperty("driver_reason").GetString(), StringComparison.Ordinal);
        (status, output, _) = lab.Vfiomig($"check --json one/{Type} two/{Type}");
        answer = JsonDocument.Parse(output).RootElement;
        Assert.Equal((0, true, JsonValueKind.Null), (status, answer.GetProperty("compatible").GetBoolean(), answer.GetProperty("errno").ValueKind));
    }

    [Theory]
    [InlineData("", 1, "types-differ")]
    [InlineData("--types required", 1, "types-differ")]
    [InlineData("--types advised", 1, "target-write")]
    [InlineData("--types off", 1, "target-write")]
    [InlineData("--attribute version --types off", 1, "target-write")]
    [InlineData("--attribute nothing --types off", 1, "source-absent")]
    public void Policy_OfTypes_DecidesWhetherTheDriverIsAsked(string options, int status, string rule)
    {
        (int actual, string output, _) = lab.Vfiomig($"check {options} one/{Type} two/{CompatibilityLab.Graphics}/i915-GVTg_V5_8");

        Assert.Equal(status, actual);
        Assert.Contains($"  rule    {rule}\n", output, StringComparison.Ordinal);
        Assert.Equal(options.Contains("advised", StringComparison.Ordinal), output.Contains("note    the types differ", StringComparison.Ordinal));
    }

    /// <summary>"No" and "I could not ask" must be told apart by a script.</summary>
    [Theory]
    [InlineData("check")]
    [InlineData("check one")]
    [InlineData("check nothing nothing")]
    [InlineData("check one/" + Type + " nothing")]
    [InlineData("check --types maybe one two")]
    [InlineData("explain")]
    [InlineData("explain nothing nothing")]
    [InlineData("matrix --hosts nothing")]
    [InlineData("matrix --attribute nothing")]
    [InlineData("lint --hosts nothing")]
    [InlineData("lint")]
    public void Question_ThatCannotBeAsked_IsStatusTwo(string arguments)
    {
        (int status, string output, string errors) = lab.Vfiomig(arguments);

        Assert.True(status == 2, $"{status} {output} {errors}");
        Assert.NotEmpty(errors);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }
}
