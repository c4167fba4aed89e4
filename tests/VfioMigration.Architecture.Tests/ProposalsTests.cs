namespace VfioMigration.Architecture.Tests;

/// <summary>The page of proposals holds for the checkout, and each check notices when it does not.</summary>
public sealed class ProposalsTests : IDisposable
{
    private readonly string broken = Directory.CreateTempSubdirectory("vfiomig-proposals-").FullName;

    public void Dispose() => Directory.Delete(broken, recursive: true);

    [Fact]
    public void EveryNumber_IsDefinedOnce() => Assert.Empty(Proposals.WronglyDefined(Checkout.Current));

    [Fact]
    public void EveryCitation_IsOfADefinedNumber() => Assert.Empty(Proposals.CitedWithoutDefinition(Checkout.Current));

    [Fact]
    public void EveryNumber_NamesAFileOrSaysThatThereIsNone() => Assert.Empty(Proposals.WithoutPlace(Checkout.Current));

    [Fact]
    public void EveryFileOfThePage_Exists() => Assert.Empty(Proposals.MissingFiles(Checkout.Current));

    [Fact]
    public void EveryMemberThatNothingReaches_IsInItsFile() => Assert.Empty(Proposals.MissingMembers(Checkout.Current));

    [Fact]
    public void EveryMemberThatNothingReaches_IsUsedByNoOtherAssembly() => Assert.Empty(Proposals.ReachedMembers(Checkout.Current, References.OfTheProduct));

    [Fact]
    public void NumberWithoutDefinition_IsNoticed() =>
        Assert.Equal(["docs/proposals.md defines R17 0 times"], Proposals.WronglyDefined(Broken(page => page.Replace("\n| R17 |", "\n|  |", StringComparison.Ordinal))));

    [Fact]
    public void NumberDefinedTwice_IsNoticed() =>
        Assert.Equal(["docs/proposals.md defines P3 2 times"], Proposals.WronglyDefined(Broken(static page => page + "\n| P3 | a | b | c | d |\n")));

    /// <summary>The number that no proposal has is not spelled out here: this file is read, too.</summary>
    [Fact]
    public void NumberBeyondTheLast_IsNoticed() =>
        Assert.Single(Proposals.WronglyDefined(Broken(static page => $"{page}\n| R{64} | a | b | c | d |\n")));

    [Theory]
    [InlineData("src/Source.cs", "src/Source.cs cites ")]
    [InlineData("tests/Deep/Tests.cs", "tests/Deep/Tests.cs cites ")]
    [InlineData("docs/vendors/page.md", "docs/vendors/page.md cites ")]
    public void CitationWithoutDefinition_IsNoticed(string file, string problem)
    {
        string number = $"P{16}";
        Checkout checkout = Broken(static page => page);
        string path = Path.Combine(broken, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"/// <summary>R1, ({number}), R63.</summary>");

        Assert.Equal([problem + number], Proposals.CitedWithoutDefinition(checkout));
    }

    [Fact]
    public void DefinitionWithoutPlace_IsNoticed() =>
        Assert.Equal(["R36 names no file"], Proposals.WithoutPlace(Broken(static page => page.Replace("| nothing implements it |", "| somewhere |", StringComparison.Ordinal))));

    [Fact]
    public void FileThatMoved_IsNoticed() => Assert.Contains("src/VfioMigration.Mdev/MdevType.cs", Proposals.MissingFiles(Broken(static page => page)));

    [Fact]
    public void MemberThatWentAway_IsNoticed()
    {
        Checkout checkout = Broken(static _ => "| `A.Here` | `src/A.cs` | x | y |\n| `A.Gone` | `src/A.cs` | x | y |\n| `B.Here` | `src/A.cs` | x | y |\n");
        Directory.CreateDirectory(Path.Combine(broken, "src"));
        File.WriteAllText(Path.Combine(broken, "src/A.cs"), "class A { void Here() { } }");

        Assert.Equal(["A.Gone is not in src/A.cs", "B.Here is not in src/A.cs"], Proposals.MissingMembers(checkout));
    }

    [Theory]
    [InlineData("| `VfioIrq.Raise` | `src/A.cs` | x | y |", "VfioIrq.Raise is used")]
    [InlineData("| `VfioDevice.Dma` | `src/A.cs` | x | y |", "VfioDevice.Dma is used")]
    [InlineData("| `VfioRegionFlags.None` | `src/A.cs` | flags; the whole type | y |", "VfioRegionFlags is used")]
    public void MemberThatIsReached_IsNoticed(string row, string problem) =>
        Assert.Equal([problem], Proposals.ReachedMembers(Broken(_ => row), References.OfTheProduct));

    [Fact]
    public void MemberThatIsReachedInPart_MayBeUsed() =>
        Assert.Empty(Proposals.ReachedMembers(Broken(static _ => "| `VfioIrq.Raise` | `src/A.cs` | x | y; reached in part |"), References.OfTheProduct));

    /// <summary>A checkout of nothing but the page, changed.</summary>
    private Checkout Broken(Func<string, string> change)
    {
        string changed = change(Checkout.Current.Document("proposals.md"));
        Directory.CreateDirectory(Path.Combine(broken, "docs"));
        File.WriteAllText(Path.Combine(broken, "docs/proposals.md"), changed);
        return new Checkout(broken);
    }
}
