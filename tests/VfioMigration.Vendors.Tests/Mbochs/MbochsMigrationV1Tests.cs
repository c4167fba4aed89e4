using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Mbochs;

public sealed class MbochsMigrationV1Tests() : MigrationV1Conformance("mbochs");
