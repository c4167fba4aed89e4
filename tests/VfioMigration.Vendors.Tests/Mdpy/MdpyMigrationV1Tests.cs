using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Mdpy;

public sealed class MdpyMigrationV1Tests() : MigrationV1Conformance("mdpy");
