using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Qat;

public sealed class QatMigrationRfcTests() : MigrationRfcConformance("qat");
