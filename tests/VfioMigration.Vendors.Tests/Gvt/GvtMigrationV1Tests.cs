using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Gvt;

public sealed class GvtMigrationV1Tests() : MigrationV1Conformance("i915");
