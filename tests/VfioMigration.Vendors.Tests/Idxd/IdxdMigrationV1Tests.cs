using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Idxd;

public sealed class IdxdMigrationV1Tests() : MigrationV1Conformance("idxd");
