using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Mtty;

public sealed class Mtty1MigrationV2Tests() : MigrationV2Conformance("mtty-1");
