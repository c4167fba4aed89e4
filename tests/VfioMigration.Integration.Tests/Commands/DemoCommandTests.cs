using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Commands;

/// <summary>The demo is the transcript that the documents quote; both must be what the program prints.</summary>
public sealed class DemoCommandTests
{
    [Fact]
    public void Demo_PrintsTheGoldenTranscript()
    {
        (int status, string output, string errors) = Program.Vfiomig(Private(), "demo");
        Assert.Equal((0, ""), (status, errors));
        Repository.CompareWithGolden("demo.txt", output);
    }

    [Fact]
    public void Readme_QuotesTheGoldenTranscript() => CompareQuote(Path.Combine(Repository.Root, "README.md"));

    /// <summary>The text between the two markers, rewritten or compared.</summary>
    private static void CompareQuote(string document)
    {
        const string Begin = "<!-- demo -->\n```console\n";
        const string End = "```\n<!-- /demo -->";
        string text = File.ReadAllText(document);
        string golden = File.ReadAllText(Repository.Golden("demo.txt"));
        int begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = text.IndexOf(End, begin, StringComparison.Ordinal);
        if (Repository.Regenerate)
        {
            File.WriteAllText(document, text[..begin] + golden + text[end..]);
            return;
        }

        Assert.Equal(golden, text[begin..end]);
    }

    private static Dictionary<string, string> Private() => new() { ["VFIOMIG_RUNTIME_DIR"] = Program.NewRuntimeFolder() };
}
