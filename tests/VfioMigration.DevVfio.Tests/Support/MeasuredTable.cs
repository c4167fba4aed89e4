using VfioMigration.Uapi;

namespace VfioMigration.DevVfio.Tests.Support;

/// <summary>What a 6.12 kernel with mtty and mdpy answered.</summary>
internal static class MeasuredTable
{
    internal static IReadOnlyDictionary<int, MeasuredRow> Rows { get; } =
        File.ReadLines(Path.Combine(CheckoutFolder.Path, "tests", "Goldens", "vfio-uapi.tsv"))
            .Skip(1)
            .Select(static line => line.Split('\t'))
            .Select(static cell => new MeasuredRow(int.Parse(cell[0]), cell[1], cell[2], cell[3], cell[4], cell[5], cell[6]))
            .ToDictionary(static row => row.Id);

    /// <summary>The answer is that of the row.</summary>
    internal static void Check(int id, Result<int> answer) =>
        Assert.Equal(Line(id, $"{Rows[id].Ret} {Rows[id].Errno}"), Line(id, Rows[id].Format(answer)));

    /// <summary>The answer is that of the row, and what came with it.</summary>
    internal static void Check(int id, Result<int> answer, string output)
    {
        Check(id, answer);
        CheckOutput(id, output);
    }

    /// <summary>For a row that measures something else than a system call.</summary>
    internal static void CheckFinding(int id, object finding) => Assert.Equal(Line(id, Rows[id].Ret), Line(id, $"{finding}"));

    /// <summary>For a row without a system call of its own.</summary>
    internal static void CheckOutput(int id, string output) => Assert.Equal(Line(id, Rows[id].Output), Line(id, output));

    private static string Line(int id, string text) => $"row {id} ({Rows[id].Operation}): {text}";
}
