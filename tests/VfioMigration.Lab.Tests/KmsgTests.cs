using VfioMigration.Sysfs;

namespace VfioMigration.Lab.Tests;

/// <summary>The end of the kernel log as a file.</summary>
public class KmsgTests
{
    private const string File = "kernel/debug/vfiomig/kmsg";

    private readonly Host host = TestHosts.WithDriver("mtty");

    public KmsgTests() => Assert.Empty(host.Boot());

    [Theory]
    [InlineData('x')]
    [InlineData('\u00e4')]
    [InlineData('\u4e2d')]
    public void LineOfMoreThanAPage_IsShownCutAndHidesNothingThatFollows(char character)
    {
        host.Core.Log.Write(LogLevels.Info, "before");
        host.Core.Log.Write(LogLevels.Info, new string(character, 5000));
        Assert.Contains($"] {character}{character}", host.Core.Tree.Cat(File).Value, StringComparison.Ordinal);

        host.Core.Log.Write(LogLevels.Info, "after");
        Assert.EndsWith("] after\n", host.Core.Tree.Cat(File).Value, StringComparison.Ordinal);
    }
}
