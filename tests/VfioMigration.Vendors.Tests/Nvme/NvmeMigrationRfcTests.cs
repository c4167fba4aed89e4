using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Nvme;

public sealed class NvmeMigrationRfcTests() : MigrationRfcConformance("nvme");
