using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Mtty;

public sealed class Mtty2MigrationV2Tests() : MigrationV2Conformance("mtty-2");
