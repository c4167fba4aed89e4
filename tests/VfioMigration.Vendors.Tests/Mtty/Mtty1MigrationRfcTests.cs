using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Mtty;

public sealed class Mtty1MigrationRfcTests() : MigrationRfcConformance("mtty-1");
