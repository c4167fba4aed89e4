using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Commands;

/// <summary>The demo is the transcript that the documents quote; both must be what the program prints.</summary>
public sealed class DemoCommandTests : IDisposable
{
    private readonly string runtime = Program.NewRuntimeFolder();

    public void Dispose() => Directory.Delete(runtime, recursive: true);

    [Fact]
    public void Demo_PrintsTheGoldenTranscript()
    {
        (int status, string output, string errors) = Program.Vfiomig(new Dictionary<string, string> { ["VFIOMIG_RUNTIME_DIR"] = runtime }, "demo");
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
}
