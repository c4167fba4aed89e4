using System.Reflection;
using System.Text.RegularExpressions;

using Xunit.Sdk;

namespace VfioMigration.DevVfio.Tests.Support;

/// <summary>Runs a theory once for each row of a section whose object and operation match.</summary>
internal sealed class EachRowAttribute(string section, string operation, string subject = "") : DataAttribute, IRowList
{
    public IEnumerable<int> Ids => MeasuredTable.Rows.Values
        .Where(row => row.Section == section && Regex.IsMatch(row.Object, subject) && Regex.IsMatch(row.Operation, operation))
        .Select(static row => row.Id);

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => Ids.Select(static id => new object[] { id });
}
