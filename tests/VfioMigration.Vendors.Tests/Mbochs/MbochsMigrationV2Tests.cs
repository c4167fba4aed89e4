using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Mbochs;

public sealed class MbochsMigrationV2Tests() : MigrationV2Conformance("mbochs");
