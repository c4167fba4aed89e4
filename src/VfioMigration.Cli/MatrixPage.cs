using System.Globalization;
using System.Net;
using System.Text;

using VfioMigration.Compatibility.Judging;
using VfioMigration.Trees;

namespace VfioMigration.Cli;

/// <summary>The matrix as one self-contained HTML page: a heat map, and the reason of every cell under the pointer and for keyboards.</summary>
internal static class MatrixPage
{
    internal static string Render(CompatibilityMatrix matrix, NodeDirectory[] nodes)
    {
        int fits = Enumerable.Range(0, nodes.Length).Sum(source => Enumerable.Range(0, nodes.Length).Count(target => matrix[source, target].IsCompatible));
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $$"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>Compatibility of {{nodes.Length}} types and devices</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; color: #222; }
            h1 { font-size: 1.4rem; }
            table { border-collapse: separate; border-spacing: 2px; }
            th { font-weight: normal; text-align: left; padding: 0 .6rem 0 0; white-space: nowrap; }
            th.column { writing-mode: vertical-rl; transform: rotate(180deg); padding: .6rem 0 0; vertical-align: bottom; }
            td { width: 1.6rem; height: 1.6rem; text-align: center; border-radius: 3px; font-size: .8rem; }
            td:focus { outline: 2px solid #222; }
            .fits { background: #7bbf7f; } .one-way { background: #f0c24b; } .refused { background: #f6dcd8; } .unreadable { background: #ccc; }
            .key td { width: 1.6rem; } .key th { padding-left: .5rem; }
            tbody tr:hover th, tbody tr:focus-within th { background: #eee; }
            #why { position: sticky; top: 0; min-height: 3rem; max-width: 60rem; padding: .5rem .8rem; background: #f4f4f4; border-radius: 3px; }
            </style></head><body>
            <h1>Compatibility of sources (rows) with targets (columns)</h1>
            <p>{{nodes.Length}} types and devices, {{fits}} of {{nodes.Length * nodes.Length}} pairs are compatible, {{matrix.Asymmetries.Count()}} of them in one direction only.</p>
            <table class="key"><tr><td class="fits">+</td><th>compatible both ways</th><td class="one-way">&gt;</td><th>compatible in this direction only</th>
            <td class="refused">.</td><th>refused</th><td class="unreadable">-</td><th>the source cannot be migrated</th></tr></table>
            <p id="why">Hover over a cell, or move to it with the Tab key, to see the reason.</p>
            <table id="matrix"><thead><tr><th></th>
            """);
        foreach (NodeDirectory node in nodes)
        {
            page.Append("<th class=\"column\" scope=\"col\">").Append(Text(node.Label)).Append("</th>");
        }

        page.Append("</tr></thead><tbody>\n");
        for (int source = 0; source < nodes.Length; source++)
        {
            AppendRow(page, matrix, nodes, source);
        }

        return page.Append("""
            </tbody></table>
            <script>
            const why = document.getElementById('why');
            for (const cell of document.querySelectorAll('#matrix td')) {
              for (const happening of ['mouseenter', 'focus']) cell.addEventListener(happening, () => { why.textContent = cell.title; });
            }
            </script></body></html>

            """).ToString();
    }

    private static void AppendRow(StringBuilder page, CompatibilityMatrix matrix, NodeDirectory[] nodes, int source)
    {
        page.Append("<tr><th scope=\"row\">").Append(Text(nodes[source].Label)).Append("</th>");
        for (int target = 0; target < nodes.Length; target++)
        {
            JudgeResult result = matrix[source, target];
            (string style, string mark) = result.Rule == JudgeRule.SourceRead ? ("unreadable", "-")
                : !result.IsCompatible ? ("refused", ".")
                : matrix[target, source].IsCompatible ? ("fits", "+")
                : ("one-way", "&gt;");
            string title = $"{nodes[source].Label} to {nodes[target].Label}: {result.Reason}";
            page.Append(CultureInfo.InvariantCulture, $"<td class=\"{style}\" tabindex=\"0\" title=\"{Text(title)}\">{mark}</td>");
        }

        page.Append("</tr>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
