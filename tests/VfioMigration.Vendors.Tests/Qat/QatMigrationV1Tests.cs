using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Qat;

public sealed class QatMigrationV1Tests() : MigrationV1Conformance("qat");
