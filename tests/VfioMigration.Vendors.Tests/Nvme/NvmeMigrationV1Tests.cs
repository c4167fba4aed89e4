using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Nvme;

public sealed class NvmeMigrationV1Tests() : MigrationV1Conformance("nvme");
