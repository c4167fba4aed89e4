using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Compatibility.Planning;

namespace VfioMigration.Compatibility.Tests.Planning;

/// <summary>R25.</summary>
public class PlanIndexTests
{
    private int asked;

    [Fact]
    public void Find_AmongManyOfAKind_AsksOneOfEach()
    {
        PlanCandidate[] candidates =
        [
            .. Enumerable.Range(0, 100).Select(host => Candidate($"h{host}", "1", "p")),
            .. Enumerable.Range(0, 100).Select(host => Candidate($"h{host}", "2", "p")),
        ];

        Plan plan = new PlanIndex(candidates).Find("1");

        Assert.Equal((200, 2, 2, 100), (plan.Considered, plan.Probes, asked, plan.Candidates.Count));
    }

    [Fact]
    public void Find_OfSeveral_PutsTheSameFirstThenThoseWithRoom()
    {
        PlanCandidate other = Candidate("a", "other", "p") with { Accepts = static _ => true, Available = 9 };
        PlanCandidate full = Candidate("b", "1", "p") with { Available = 0 };
        PlanCandidate some = Candidate("c", "1", "p") with { Available = 1 };
        PlanCandidate most = Candidate("d", "1", "p") with { Available = 2 };
        PlanCandidate device = Candidate("e", "1", "p") with { IsType = false, Available = null };
        PlanCandidate twin = some with { Host = "bb" };

        Plan plan = new PlanIndex([other, full, some, most, device, twin]).Find("1");

        Assert.Equal([most, twin, some, device, full, other], plan.Candidates);
        Assert.Equal([true, true, true, true, false, true], plan.Candidates.Select(candidate => candidate.HasRoom));
    }

    [Fact]
    public void Find_WithoutCandidates_IsEmpty() => Assert.Empty(new PlanIndex([Candidate("a", "1", "p")]).Find("2").Candidates);

    /// <summary>Judges that keep the promise: who has the same rules and string answers alike.</summary>
    [Fact]
    public void Find_OfAnyCandidates_IsWhatAskingEverybodyFinds() =>
        Prop.ForAll<(byte Host, byte Version, bool Shared, byte Room)[], byte>((some, wanted) =>
        {
            string version = $"{wanted % 4}";
            PlanCandidate[] candidates =
            [
                .. some.Select((one, i) => Candidate($"h{one.Host % 5}", $"{one.Version % 4}", one.Shared ? "p" : $"{i}") with
                {
                    Name = $"{i}",
                    Available = one.Room % 3,
                    Accepts = remote => string.CompareOrdinal(remote, $"{one.Version % 4}") <= 0,
                }),
            ];
            Plan indexed = new PlanIndex(candidates).Find(version);
            Plan exhaustive = PlanIndex.FindExhaustively(candidates, version);
            return exhaustive.Candidates.SequenceEqual(indexed.Candidates)
                && indexed.Considered == exhaustive.Considered
                && indexed.Probes <= exhaustive.Probes;
        }).QuickCheckThrowOnFailure();

    private PlanCandidate Candidate(string host, string version, string rules) => new(host, $"{host}/card-1", "card-1", "", true, version, rules, 1, remote =>
    {
        asked++;
        return remote == version;
    });
}
