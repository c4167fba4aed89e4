using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Gvt;

public sealed class GvtMigrationRfcTests() : MigrationRfcConformance("i915");
