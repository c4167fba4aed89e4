using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Qat;

public sealed class QatMigrationV2Tests() : MigrationV2Conformance("qat");
