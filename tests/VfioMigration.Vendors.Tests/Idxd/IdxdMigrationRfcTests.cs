using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Idxd;

public sealed class IdxdMigrationRfcTests() : MigrationRfcConformance("idxd");
