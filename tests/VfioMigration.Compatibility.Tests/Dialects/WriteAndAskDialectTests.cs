using System.Text;

using VfioMigration.Compatibility.Dialects;
using VfioMigration.Compatibility.Tests.Support;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Dialects;

/// <summary>R26, R27.</summary>
public class WriteAndAskDialectTests
{
    private const string File = "migration_ask";
    private const string Racy = "migration_ask_racy";

    private readonly Bench bench = new(new WriteAndAskDialect());
    private readonly TreeNode half;

    public WriteAndAskDialectTests() => half = bench.AddCard(NodeKind.MdevDevice, "Card_2", version: "1.1");

    [Fact]
    public void Read_BeforeAQuestion_IsTheEnd()
    {
        Assert.Equal("", TreeNode.ReadToEnd(half.Open(File)));
        Assert.Equal("", half.Read(Racy).Value);
        Assert.Equal((FileModes.Octal(644), FileModes.Octal(644)), (half.ModeOf(File), half.ModeOf(Racy)));
    }

    [Fact]
    public void Ask_AboutAnAcceptedString_ListsItFirstThenTheOthers()
    {
        string asked = Spelled("Card_4", 2, "1.0");
        string[] answer = half.Ask(File, asked).Value.Split('\n');

        Assert.Equal([asked, Spelled("Card_2", 1, "1.1")], answer.Take(2));
        Assert.Equal(answer.Distinct(), answer);
        Assert.All(answer, one => Assert.Equal(Errno.None, half.Ask(File, one).Error));
    }

    [Fact]
    public void Ask_AboutARefusedString_ListsWhatWouldBeAccepted()
    {
        string[] answer = half.Ask(File, Spelled("Card_8", 1, "1.0")).Value.Split('\n');

        Assert.Equal(Spelled("Card_2", 1, "1.1"), answer[0]);
        Assert.DoesNotContain(Spelled("Card_8", 1, "1.0"), answer);
    }

    [Fact]
    public void Ask_AboutNoStringOfTheVendor_IsItsErrno()
    {
        Assert.Equal(Errno.EINVAL, half.Ask(File, "other-1").Error);
        Assert.Equal(Errno.EINVAL, half.Write(Racy, "other-1"));
    }

    [Fact]
    public void Ask_OfAnOpaqueDriver_ListsTheAcceptedStringAlone()
    {
        TreeNode opaque = bench.Add(NodeKind.Type, new FakeCompatibility());

        Assert.Equal("anything", opaque.Ask(File, "anything").Value);
    }

    [Fact]
    public void Sessions_OfTwo_DoNotSeeEachOther()
    {
        (KernfsOpenFile one, KernfsOpenFile other) = (half.Open(File), half.Open(File));
        Write(one, Spelled("Card_4", 2, "1.0"));
        Write(other, Spelled("Card_8", 4, "1.1"));

        Assert.StartsWith(Spelled("Card_4", 2, "1.0") + "\n", TreeNode.ReadToEnd(one), StringComparison.Ordinal);
        Assert.StartsWith(Spelled("Card_8", 4, "1.1") + "\n", TreeNode.ReadToEnd(other), StringComparison.Ordinal);
        Assert.Equal("", TreeNode.ReadToEnd(half.Open(File)));
    }

    [Fact]
    public void Session_AskedAgain_AnswersFromTheBeginning()
    {
        KernfsOpenFile session = half.Open(File);
        Write(session, Spelled("Card_4", 2, "1.0"));
        session.Read(0, new byte[5], CancellationToken.None);
        Write(session, Spelled("Card_2", 1, "1.0"));

        Assert.StartsWith(Spelled("Card_2", 1, "1.0") + "\n", TreeNode.ReadToEnd(session), StringComparison.Ordinal);
        Assert.Equal("", TreeNode.ReadToEnd(session));
    }

    [Fact]
    public void Session_AfterARefusedQuestion_KeepsTheOldAnswer()
    {
        KernfsOpenFile session = half.Open(File);
        Write(session, Spelled("Card_2", 1, "1.0"));

        Assert.Equal(Errno.EINVAL, session.Write(0, "noise"u8, CancellationToken.None).Error);
        Assert.StartsWith(Spelled("Card_2", 1, "1.0") + "\n", TreeNode.ReadToEnd(session), StringComparison.Ordinal);
    }

    [Fact]
    public void Session_OfARemovedNode_IsENODEV()
    {
        KernfsOpenFile session = half.Open(File);
        bench.Detach(half);

        Assert.Equal(Errno.ENODEV, session.Write(0, "x"u8, CancellationToken.None).Error);
        Assert.Equal(Errno.ENODEV, session.Read(0, new byte[1], CancellationToken.None).Error);
    }

    /// <summary>The race that sessions are for: A asks, B asks, A reads the answer to B's question.</summary>
    [Fact]
    public void RacyFile_OfTwo_GivesTheFirstTheAnswerOfTheSecond()
    {
        half.Write(Racy, Spelled("Card_4", 2, "1.0"));
        half.Write(Racy, Spelled("Card_8", 4, "1.1"));

        Assert.StartsWith(Spelled("Card_8", 4, "1.1") + "\n", half.Read(Racy).Value, StringComparison.Ordinal);
    }

    /// <summary>R20: a driver sees at most a page.</summary>
    [Fact]
    public void Ask_WithMoreThanAPage_GivesTheDriverAPage()
    {
        int longest = 0;
        TreeNode counting = bench.Add(NodeKind.Type, new FakeCompatibility
        {
            OnJudge = bytes =>
            {
                longest = Math.Max(longest, bytes.Length);
                return Verdict.Compatible("rule");
            },
        });

        Assert.Equal(4096, counting.Open(File).Write(0, new byte[10000], CancellationToken.None).Value);
        Assert.Equal(4096, longest);
    }

    private static void Write(KernfsOpenFile session, string question) =>
        Assert.Equal(question.Length + 1, session.Write(0, Encoding.ASCII.GetBytes(question + "\n"), CancellationToken.None).Value);

    private static string Spelled(string type, int instances, string version) => Cards.Form.Write(Cards.Describe(type, instances, version));
}
