using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.I40evf;

public sealed class I40evfMigrationV2Tests() : MigrationV2Conformance("i40evf");
