namespace VfioMigration.DevVfio.Tests.Support;

/// <summary>The rows that a test checks, one after another.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RowsAttribute(params int[] ids) : Attribute, IRowList
{
    public IEnumerable<int> Ids => ids;
}
