using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.I40evf;

public sealed class I40evfMigrationRfcTests() : MigrationRfcConformance("i40evf");
