using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Idxd;

public sealed class IdxdMigrationV2Tests() : MigrationV2Conformance("idxd");
