using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Mdpy;

public sealed class MdpyMigrationV2Tests() : MigrationV2Conformance("mdpy");
