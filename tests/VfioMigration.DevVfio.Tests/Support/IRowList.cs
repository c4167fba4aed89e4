namespace VfioMigration.DevVfio.Tests.Support;

/// <summary>On a test: the rows of the measured table that it checks.</summary>
internal interface IRowList
{
    IEnumerable<int> Ids { get; }
}
