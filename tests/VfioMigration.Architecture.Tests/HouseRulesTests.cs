namespace VfioMigration.Architecture.Tests;

/// <summary>The rules hold for the checkout, and each notices when it is broken.</summary>
public sealed class HouseRulesTests : IDisposable
{
    private readonly string broken = Directory.CreateTempSubdirectory("vfiomig-broken-").FullName;

    public void Dispose() => Directory.Delete(broken, recursive: true);

    [Fact]
    public void References_PointOneWay() => Assert.Empty(HouseRules.ReferenceDirection(Checkout.Current));

    [Fact]
    public void UnsafeCode_IsOnlyInPosix() => Assert.Empty(HouseRules.UnsafeOnlyInPosix(Checkout.Current));

    [Fact]
    public void Serilog_IsOnlyInDaemon() => Assert.Empty(HouseRules.SerilogOnlyInDaemon(Checkout.Current));

    [Fact]
    public void Files_AreSmallAndHoldOneType() => Assert.Empty(HouseRules.SmallFiles(Checkout.Current));

    [Fact]
    public void StaticState_DoesNotExist() => Assert.Empty(HouseRules.NoStaticState(Checkout.Current));

    [Fact]
    public void LooseEnds_DoNotExist() => Assert.Empty(HouseRules.NoLooseEnds(Checkout.Current));

    [Fact]
    public void BackwardReference_IsNoticed() => Assert.Single(HouseRules.ReferenceDirection(
        Broken("Sysfs", "<ProjectReference Include=\"../VfioMigration.Fuse/VfioMigration.Fuse.csproj\" />", "")));

    [Theory]
    [InlineData("unsafe class A;")]
    [InlineData("[LibraryImport(\"libc\")] static partial int getpid();")]
    public void UnsafeCodeElsewhere_IsNoticed(string source) => Assert.Single(HouseRules.UnsafeOnlyInPosix(Broken("Mdev", "", source)));

    [Fact]
    public void SerilogElsewhere_IsNoticed() =>
        Assert.Single(HouseRules.SerilogOnlyInDaemon(Broken("Mdev", "<PackageReference Include=\"Serilog\" />", "")));

    [Fact]
    public void TwoTypesInAFile_AreNoticed() =>
        Assert.Single(HouseRules.SmallFiles(Broken("Mdev", "", "public class A;\npublic class B;\n")));

    [Fact]
    public void LongFile_IsNoticed() => Assert.Single(HouseRules.SmallFiles(Broken("Mdev", "", new string('\n', 301))));

    [Fact]
    public void StaticField_IsNoticed() =>
        Assert.Single(HouseRules.NoStaticState(Broken("Mdev", "", "class A\n{\n    private static int count;\n}\n")));

    [Fact]
    public void LooseEnd_IsNoticed() => Assert.Single(HouseRules.NoLooseEnds(Broken("Mdev", "", "// TODO\n")));

    /// <summary>A checkout of one project with the given item and source.</summary>
    private Checkout Broken(string project, string item, string source)
    {
        string folder = Path.Combine(broken, "src", $"VfioMigration.{project}");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"VfioMigration.{project}.csproj"), $"<Project><ItemGroup>{item}</ItemGroup></Project>");
        File.WriteAllText(Path.Combine(folder, "Source.cs"), source);
        return new Checkout(broken);
    }
}
