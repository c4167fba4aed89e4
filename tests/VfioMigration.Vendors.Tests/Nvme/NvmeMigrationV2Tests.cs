using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Nvme;

public sealed class NvmeMigrationV2Tests() : MigrationV2Conformance("nvme");
