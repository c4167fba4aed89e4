namespace VfioMigration.Conformance;

/// <summary>One thing that every driver must hold to.</summary>
internal interface IConformanceCheck
{
    /// <summary>Short and stable.</summary>
    string Name { get; }

    /// <summary>What is wrong; the laboratory and its specimens are the check's own.</summary>
    IEnumerable<Finding> Run(DriverUnderTest driver, Laboratory laboratory, IReadOnlyList<Specimen> specimens);
}
