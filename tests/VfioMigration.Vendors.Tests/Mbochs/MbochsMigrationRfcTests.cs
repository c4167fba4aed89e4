using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Mbochs;

public sealed class MbochsMigrationRfcTests() : MigrationRfcConformance("mbochs");
