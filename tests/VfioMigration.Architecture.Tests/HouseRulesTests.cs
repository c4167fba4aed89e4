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
    public void Hosting_IsOnlyInDaemon() => Assert.Empty(HouseRules.HostingOnlyInDaemon(Checkout.Current));

    [Fact]
    public void Folders_UseEachOtherInOneDirection() => Assert.Empty(HouseRules.NoCirclesBetweenFolders(Checkout.Current));

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

    [Theory]
    [InlineData("<PackageReference Include=\"Serilog\" />", "")]
    [InlineData("<PackageReference Include=\"Serilog.Sinks.File\" />", "")]
    [InlineData("<PackageReference Include=\"Microsoft.Extensions.Hosting\" />", "")]
    [InlineData("", "using Serilog;\n")]
    [InlineData("", "using Microsoft.Extensions.Hosting;\n")]
    [InlineData("", "class A(Microsoft.Extensions.Hosting.IHost host);\n")]
    public void HostingElsewhere_IsNoticed(string item, string source) =>
        Assert.Single(HouseRules.HostingOnlyInDaemon(Broken("Mdev", item, source)));

    /// <summary>Through an import, through what encloses, and by a name with its namespace.</summary>
    [Theory]
    [InlineData("using VfioMigration.Mdev.Inner;\nnamespace VfioMigration.Mdev;\npublic class Outer(Leaf leaf);\n", 2)]
    [InlineData("namespace VfioMigration.Mdev;\npublic class Outer { object made = $\"{new Inner.Leaf(null)}\"; }\n", 2)]
    [InlineData("namespace VfioMigration.Mdev;\n/// <summary><see cref=\"Inner.Leaf\"/></summary>\npublic class Outer;\n", 0)]
    [InlineData("using VfioMigration.Mdev.Inner;\nnamespace VfioMigration.Mdev;\npublic class Outer { string Leaf = \"Leaf\"; }\n", 0)]
    [InlineData("namespace VfioMigration.Mdev;\npublic class Outer { int size = that.Leaf; }\n", 0)]
    public void CircleOfFolders_IsNoticed(string outer, int expected)
    {
        Checkout checkout = Broken("Mdev", "", outer);
        Directory.CreateDirectory(Path.Combine(broken, "src/VfioMigration.Mdev/Inner"));
        File.WriteAllText(
            Path.Combine(broken, "src/VfioMigration.Mdev/Inner/Leaf.cs"), "namespace VfioMigration.Mdev.Inner;\npublic class Leaf(Outer outer);\n");

        Assert.Equal(expected, HouseRules.NoCirclesBetweenFolders(checkout).Count());
    }

    [Fact]
    public void CircleOfThreeFolders_IsNoticed()
    {
        Checkout checkout = Broken("Mdev", "", "");
        string[] folders = ["A", "B", "C"];
        for (int i = 0; i < folders.Length; i++)
        {
            string next = folders[(i + 1) % folders.Length];
            File.WriteAllText(
                Path.Combine(broken, $"src/VfioMigration.Mdev/{folders[i]}.cs"),
                $"using VfioMigration.Mdev.{next};\nnamespace VfioMigration.Mdev.{folders[i]};\npublic class Type{folders[i]}(Type{next} next);\n");
        }

        Assert.Equal(3, HouseRules.NoCirclesBetweenFolders(checkout).Count());
    }

    [Fact]
    public void ExcuseThatIsNotNeeded_IsNoticed() => Assert.Equal(
        [
            "VfioMigration.Sysfs.Kernfs -> VfioMigration.Sysfs needs no excuse any more",
            "VfioMigration.Sysfs.Guards -> VfioMigration.Sysfs.Kernfs needs no excuse any more",
            "VfioMigration.Sysfs -> VfioMigration.Sysfs.Modules needs no excuse any more",
        ],
        HouseRules.NoCirclesBetweenFolders(Broken("Sysfs", "", "")));

    [Fact]
    public void TwoTypesInAFile_AreNoticed() =>
        Assert.Single(HouseRules.SmallFiles(Broken("Mdev", "", "public class A;\npublic class B;\n")));

    [Fact]
    public void LongFile_IsNoticed() => Assert.Single(HouseRules.SmallFiles(Broken("Mdev", "", new string('\n', 301))));

    [Fact]
    public void StaticField_IsNoticed() =>
        Assert.Single(HouseRules.NoStaticState(Broken("Mdev", "", "class A\n{\n    private static int count;\n}\n")));

    [Fact]
    public void Spellings_AreThoseOfTheField() => Assert.Empty(HouseRules.NoOddSpellings(Checkout.Current));

    [Theory]
    [InlineData("int mode = 0x1A4; // 0644")]
    [InlineData("Add(0x124 /* 0444 */);")]
    [InlineData("const int PageSize = 4096;")]
    [InlineData("const int LongestName = 255;")]
    [InlineData("string Get(string name, string otherwise) => name;")]
    [InlineData("throw new($\"{name} is none of {names}\");")]
    public void OddSpelling_IsNoticed(string line) => Assert.Single(HouseRules.NoOddSpellings(Broken("Mdev", "", line)));

    [Fact]
    public void MeasurementsOfTheHeap_AreMadeAlone() => Assert.Empty(HouseRules.HeapMeasuredAlone(Checkout.Current));

    [Theory]
    [InlineData("GC.GetTotalAllocatedBytes(precise: true)")]
    [InlineData("GC.GetTotalMemory(forceFullCollection: true)")]
    public void MeasurementOfTheHeapBesideOtherTests_IsNoticed(string measure)
    {
        Checkout checkout = Broken("Mdev", "", "");
        string tests = Directory.CreateDirectory(Path.Combine(broken, "tests")).FullName;
        File.WriteAllText(Path.Combine(tests, "ATests.cs"), $"class ATests {{ [Fact] void A() => Assert.Equal(0, {measure}); }}");

        Assert.Single(HouseRules.HeapMeasuredAlone(checkout));
    }

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
