using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Mtty;

public sealed class Mtty2MigrationRfcTests() : MigrationRfcConformance("mtty-2");
