using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Ccw;

public sealed class CcwMigrationV1Tests() : MigrationV1Conformance("vfio_ccw");
