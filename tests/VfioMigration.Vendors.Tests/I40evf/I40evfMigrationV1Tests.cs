using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.I40evf;

public sealed class I40evfMigrationV1Tests() : MigrationV1Conformance("i40evf");
