using System.Text.RegularExpressions;

using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Compatibility;

/// <summary>The transcripts of docs/compatibility.md, one shell for all of them, in the lab that the page names.</summary>
public sealed partial class DocumentedTranscriptTests
{
    private const string More = "...";

    [Fact]
    public void EveryTranscript_IsWhatAShellPrints()
    {
        using var lab = new RunningLab(File.ReadAllText(Repository.Document("samples/every-driver.json")));
        string[][] blocks = [.. Transcript().Matches(File.ReadAllText(Repository.Document("compatibility.md"))).Select(match => match.Groups[1].Value.TrimEnd('\n').Split('\n'))];
        string[] setup = Commands(Assert.Single(blocks, block => block[0].StartsWith("$ T=", StringComparison.Ordinal)));
        string[][] shown = [.. blocks.Where(block => Commands(block).Length > 0 && !block[0].StartsWith("$ T=", StringComparison.Ordinal))];
        Assert.True(shown.Length > 16);

        // A line of its own between two transcripts; what the shell complains about has no line number on paper.
        string script = $"vfiomig() {{ '{Program.Path}' \"$@\"; }}\nexec 2>&1\n{string.Join('\n', setup)}\n"
            + string.Concat(shown.Select(block => string.Join('\n', Commands(block)) + "\necho ---\n"));
        (int _, string output, string errors) = Program.Bash(script, lab.Mount);

        Assert.Empty(errors);
        string[] printed = LineNumber().Replace(output, "bash: ").Split("---\n");
        Assert.Equal(shown.Length, printed.Length - 1);
        Assert.All(shown.Zip(printed), pair => AssertSame(pair.First, pair.Second.TrimEnd('\n').Split('\n')));
    }

    private static string[] Commands(string[] block) =>
        [.. block.Where(line => line.StartsWith("$ ", StringComparison.Ordinal)).Select(line => line[2..])];

    private static void AssertSame(string[] block, string[] printed)
    {
        string[] expected = [.. block.Where(line => !line.StartsWith("$ ", StringComparison.Ordinal)).TakeWhile(line => line != More)];
        Assert.Equal(expected.DefaultIfEmpty(""), block.Contains(More) ? printed.Take(expected.Length) : printed);
    }

    [GeneratedRegex("^```console\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Transcript();

    [GeneratedRegex("^/bin/bash: line [0-9]+: ", RegexOptions.Multiline)]
    private static partial Regex LineNumber();
}
