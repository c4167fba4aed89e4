using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Mtty;

public sealed class Mtty2MigrationV1Tests() : MigrationV1Conformance("mtty-2");
