using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Ccw;

public sealed class CcwMigrationV2Tests() : MigrationV2Conformance("vfio_ccw");
