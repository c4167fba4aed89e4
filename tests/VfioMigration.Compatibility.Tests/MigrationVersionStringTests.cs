using FsCheck;
using FsCheck.Fluent;
using VfioMigration.Compatibility.Forms;

namespace VfioMigration.Compatibility.Tests;

public class MigrationVersionStringTests
{
    [Theory]
    [InlineData("8086-591d-GVTg_V5_4-00000001")]
    [InlineData(" ~")]
    public void FindProblem_OfPrintableAscii_IsNull(string version) => Assert.Null(MigrationVersionString.FindProblem(version));

    [Theory]
    [InlineData("")]
    [InlineData("a\n")]
    [InlineData("a\tb")]
    [InlineData("a\0")]
    [InlineData("\u007f")]
    [InlineData("\u00e4")]
    [InlineData("\ud83d\ude00")]
    public void FindProblem_OfAnythingElse_IsReported(string version) =>
        Assert.False(string.IsNullOrEmpty(MigrationVersionString.FindProblem(version)));

    [Fact]
    public void FindProblem_AtTheLimit_AllowsWhatFitsIntoAPageWithTheNewline()
    {
        Assert.Equal(4094, MigrationVersionString.MaxLength);
        Assert.Null(MigrationVersionString.FindProblem(new string('x', 4094)));
        Assert.NotNull(MigrationVersionString.FindProblem(new string('x', 4095)));
    }

    [Fact]
    public void FindProblem_OfAnyString_FindsExactlyTheUnprintableOnes() =>
        Prop.ForAll<NonEmptyString>(text =>
            (MigrationVersionString.FindProblem(text.Get) is null) == text.Get.All(c => c is >= ' ' and <= '~')).QuickCheckThrowOnFailure();
}
