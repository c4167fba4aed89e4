using VfioMigration.Compatibility.Judging;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Judging;

/// <summary>R11, R12, R14, R16.</summary>
public class UserspaceJudgeTests
{
    private const string Attribute = "migration_version";

    public enum Side
    {
        Ok,
        Absent,
        Enodev,
        Einval,
    }

    /// <summary>The whole table: what the source's file does on read, the target's on write; a source that refuses writes and a target that cannot be read do not matter.</summary>
    public static TheoryData<Side, Side, bool, JudgeRule, Errno> Table
    {
        get
        {
            var rows = new TheoryData<Side, Side, bool, JudgeRule, Errno>();
            foreach (bool isType in new[] { true, false })
            {
                foreach (Side source in Enum.GetValues<Side>())
                {
                    foreach (Side target in Enum.GetValues<Side>())
                    {
                        (JudgeRule rule, Errno errno) = (source, target) switch
                        {
                            (Side.Absent, _) => (JudgeRule.SourceAbsent, Errno.ENOENT),
                            (_, Side.Absent) => (JudgeRule.TargetAbsent, Errno.ENOENT),
                            (Side.Enodev, _) => (JudgeRule.SourceRead, Errno.ENODEV),
                            (_, Side.Enodev) => (JudgeRule.TargetWrite, Errno.ENODEV),
                            (_, Side.Einval) => (JudgeRule.TargetWrite, Errno.EINVAL),
                            _ => (JudgeRule.AllPassed, Errno.None),
                        };
                        rows.Add(source, target, isType, rule, errno);
                    }
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Check_ByTheRuleTable_SaysWhichRuleDecides(Side source, Side target, bool isType, JudgeRule rule, Errno errno)
    {
        (FakeNode from, FakeNode to) = (Node("from", isType, source), Node("to", isType, target));
        JudgeResult result = UserspaceJudge.Check(from, to, new JudgeOptions());

        Assert.Equal((rule == JudgeRule.AllPassed, rule, errno), (result.IsCompatible, result.Rule, result.Errno));
        Assert.NotEmpty(result.Reason);
        Assert.Empty(from.Written);
        Assert.Equal(rule is JudgeRule.AllPassed or JudgeRule.TargetWrite ? [$"{Attribute}:acme-1.0"] : [], to.Written);
        Assert.Equal(rule is JudgeRule.AllPassed or JudgeRule.TargetWrite ? "acme-1.0" : null, result.Version);
    }

    [Fact]
    public void Check_WithADeclaredErrno_NamesItAsTheNodesDriverDoes()
    {
        DriverErrnos errnos = DriverErrnos.Create(new Dictionary<string, int> { ["ENOMIGRATION"] = 140 }, out _)!;
        var declaring = new FakeNode("to", false) { OnWrite = _ => (Errno)140, Errnos = errnos };
        var silent = new FakeNode("to", false) { OnWrite = _ => (Errno)140 };

        JudgeResult named = UserspaceJudge.Check(new FakeNode("from", false), declaring, new JudgeOptions());
        JudgeResult numbered = UserspaceJudge.Check(new FakeNode("from", false) { Errnos = errnos }, silent, new JudgeOptions());

        Assert.Equal(("to refuses: ENOMIGRATION", "ENOMIGRATION"), (named.Reason, named.ErrnoName));
        Assert.Equal(("to refuses: errno 140", "errno 140"), (numbered.Reason, numbered.ErrnoName));
        Assert.Null(UserspaceJudge.Check(new FakeNode("from", false), new FakeNode("to", false), new JudgeOptions()).ErrnoName);
    }

    [Theory]
    [InlineData(true, true, null, false)]
    [InlineData(true, false, null, false)]
    [InlineData(false, true, null, false)]
    [InlineData(false, false, null, true)]
    [InlineData(true, true, TypePolicy.Off, true)]
    [InlineData(true, true, TypePolicy.Advised, true)]
    [InlineData(false, false, TypePolicy.Required, false)]
    [InlineData(false, false, TypePolicy.Advised, true)]
    public void Check_OfUnequalTypes_GoesByThePolicy(bool sourceIsType, bool targetIsType, TypePolicy? policy, bool asks)
    {
        var target = new FakeNode("to", targetIsType, "acme-2");
        JudgeResult result = UserspaceJudge.Check(new FakeNode("from", sourceIsType), target, new JudgeOptions(Types: policy));

        Assert.Equal((asks, asks ? JudgeRule.AllPassed : JudgeRule.TypesDiffer), (result.IsCompatible, result.Rule));
        Assert.Equal(asks, target.Written.Count == 1);
        Assert.Equal(policy == TypePolicy.Advised ? "the types differ: acme-1 and acme-2" : null, result.Advice);
    }

    [Fact]
    public void Check_OfUnequalTypes_DecidesBeforeAnythingElse() => Assert.Equal(
        JudgeRule.TypesDiffer,
        UserspaceJudge.Check(Node("from", true, Side.Absent), new FakeNode("to", true, "acme-2"), new JudgeOptions()).Rule);

    [Fact]
    public void Check_OfAMediatedDeviceAndAFunction_GoesByThePolicyToo()
    {
        (FakeNode mdev, FakeNode function) = (new FakeNode("mdev", false), new FakeNode("0000:06:10.0", false, null));

        Assert.True(UserspaceJudge.Check(mdev, function, new JudgeOptions()).IsCompatible);
        Assert.Equal("the types differ: acme-1 and (none)", UserspaceJudge.Check(mdev, function, new JudgeOptions(Types: TypePolicy.Required)).Reason);
        Assert.True(UserspaceJudge.Check(function, function, new JudgeOptions(Types: TypePolicy.Required)).IsCompatible);
    }

    [Theory]
    [InlineData("1", "1", true)]
    [InlineData("1", "2", false)]
    [InlineData(null, "2", true)]
    [InlineData("1", null, true)]
    public void Check_OfCreationParameters_ComparesThemWhenAsked(string? source, string? target, bool equal)
    {
        (FakeNode from, FakeNode to) = (Parameters("from", source), Parameters("to", target));

        Assert.True(UserspaceJudge.Check(from, to, new JudgeOptions()).IsCompatible);
        JudgeResult result = UserspaceJudge.Check(from, to, new JudgeOptions(ComparesParameters: true));
        Assert.Equal((equal, equal ? JudgeRule.AllPassed : JudgeRule.CreationParameters), (result.IsCompatible, result.Rule));
        Assert.Equal(equal ? 2 : 1, to.Written.Count);
    }

    [Fact]
    public void Check_OfParametersThatCannotBeRead_SaysNo()
    {
        FakeNode from = Parameters("from", "1");
        from.Files["mdev/aggregated_instances"] = Errno.ENODEV;

        Assert.Equal(JudgeRule.CreationParameters, UserspaceJudge.Check(from, from, new JudgeOptions(ComparesParameters: true)).Rule);
    }

    [Fact]
    public void Check_OfAnotherAttribute_ReadsAndWritesThat()
    {
        var node = new FakeNode("node", true);
        Assert.Equal(JudgeRule.SourceAbsent, UserspaceJudge.Check(node, node, new JudgeOptions("version")).Rule);
        node.Files["version"] = "v";

        Assert.True(UserspaceJudge.Check(node, node, new JudgeOptions("version")).IsCompatible);
        Assert.Equal(["version:v"], node.Written);
    }

    private static FakeNode Parameters(string name, string? value)
    {
        var node = new FakeNode(name, false);
        if (value is not null)
        {
            node.Files["mdev/aggregated_instances"] = value;
        }

        return node;
    }

    /// <summary>A side that has the errno has it both ways, but EINVAL is no answer to reading.</summary>
    private static FakeNode Node(string name, bool isType, Side side)
    {
        var node = new FakeNode(name, isType) { OnWrite = _ => side switch { Side.Enodev => Errno.ENODEV, Side.Einval => Errno.EINVAL, _ => Errno.None } };
        if (side == Side.Absent)
        {
            node.Files.Clear();
        }
        else if (side == Side.Enodev)
        {
            node.Files[Attribute] = Errno.ENODEV;
        }

        return node;
    }
}
