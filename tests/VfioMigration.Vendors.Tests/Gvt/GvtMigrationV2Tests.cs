using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Gvt;

public sealed class GvtMigrationV2Tests() : MigrationV2Conformance("i915");
