using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Ccw;

public sealed class CcwMigrationRfcTests() : MigrationRfcConformance("vfio_ccw");
