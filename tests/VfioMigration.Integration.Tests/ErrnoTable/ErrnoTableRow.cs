using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.ErrnoTable;

/// <summary>One measured operation.</summary>
public sealed record ErrnoTableRow(int Id, string Group, string Target, string Operation, string Ret, string Errno, string Detail)
{
    internal static IReadOnlyList<ErrnoTableRow> ReadAll() =>
    [
        .. File.ReadLines(Repository.Golden("errno-table.tsv")).Skip(1).Select(line =>
        {
            string[] cells = line.Split('\t');
            return new ErrnoTableRow(int.Parse(cells[0]), cells[1], cells[2], cells[3], cells[4], cells[5], cells.Length > 6 ? cells[6] : "");
        }),
    ];

    public override string ToString() => $"{Id} {Group} {Target} {Operation}";
}
