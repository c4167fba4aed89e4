using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Mdpy;

public sealed class MdpyMigrationRfcTests() : MigrationRfcConformance("mdpy");
