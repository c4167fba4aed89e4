using System.Buffers.Binary;
using System.Text.RegularExpressions;

using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Compatibility;

/// <summary>The page of <c>vfiomig matrix --html</c> as a browser shows it.</summary>
public sealed partial class MatrixPageTests : IDisposable
{
    private readonly CompatibilityLab lab = CompatibilityLab.Relaxed();
    private readonly string folder = Directory.CreateTempSubdirectory("vfiomig-page-").FullName;

    public void Dispose()
    {
        lab.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Page_InABrowser_ShowsEveryPairAndWhy()
    {
        string page = Path.Combine(folder, "matrix.html");
        lab.Shell($"$vfiomig matrix --html {page}");

        (string dom, string console) = Show(page, "--dump-dom");
        string matrix = dom[dom.IndexOf("<table id=\"matrix\">", StringComparison.Ordinal)..];
        Assert.Equal(27 * 27, Cell().Count(matrix));
        Assert.Equal(27, matrix.Split("scope=\"row\"").Length - 1);
        Assert.Equal(27, matrix.Split("scope=\"col\"").Length - 1);
        string[] styles = [.. Cell().Matches(matrix).Select(cell => cell.Groups["style"].Value)];
        Assert.Equal(["fits", "one-way", "refused"], styles.Distinct().Order(StringComparer.Ordinal));
        Assert.All(Cell().Matches(matrix), cell => Assert.NotEmpty(cell.Groups["why"].Value));
        Assert.Contains($"{styles.Count(style => style != "refused")} of 729 pairs are compatible, {styles.Count(style => style == "one-way")} of them in one direction only", dom, StringComparison.Ordinal);
        Assert.DoesNotContain("CONSOLE", console, StringComparison.Ordinal);
        Assert.DoesNotContain("http", File.ReadAllText(page), StringComparison.Ordinal);
    }

    /// <summary>The script runs: moving to a cell shows the reason.</summary>
    [Fact]
    public void Cell_UnderTheFocus_TellsItsReason()
    {
        string page = Path.Combine(folder, "matrix.html");
        lab.Shell($"$vfiomig matrix --html {page}");
        File.AppendAllText(page, "<script>document.querySelector('#matrix td.refused').focus()</script>");

        (string dom, _) = Show(page, "--dump-dom");
        Match refused = Cell().Matches(dom).First(cell => cell.Groups["style"].Value == "refused");
        Assert.Contains($"<p id=\"why\">{refused.Groups["why"].Value}</p>", dom, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_AsAPicture_IsNotEmpty()
    {
        string page = Path.Combine(folder, "matrix.html");
        string picture = Environment.GetEnvironmentVariable("VFIOMIG_KEEP_SCREENSHOT") ?? Path.Combine(folder, "matrix.png");
        lab.Shell($"$vfiomig matrix --html {page}");
        Show(page, $"--screenshot={picture}", "--window-size=1400,1200");

        byte[] png = File.ReadAllBytes(picture);
        Assert.True(png.AsSpan(1).StartsWith("PNG"u8));
        Assert.Equal((1400, 1200), (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))));
        Assert.True(png.Length > 20_000, $"{png.Length} bytes");
    }

    private (string Output, string Console) Show(string page, params string[] options)
    {
        Assert.True(File.Exists("/usr/bin/chromium"), "this test needs a browser: apt-get install chromium");
        string[] arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--enable-logging=stderr", $"--user-data-dir={folder}/profile", .. options, $"file://{page}"];
        using System.Diagnostics.Process browser = Program.Start("/usr/bin/chromium", arguments);
        (int status, string output, string errors) = Program.Finish(browser);
        Assert.True(status == 0, errors);
        return (output, errors);
    }

    [GeneratedRegex("<td class=\"(?<style>[a-z-]+)\" tabindex=\"0\" title=\"(?<why>[^\"]*)\">[^<]*</td>")]
    private static partial Regex Cell();
}
