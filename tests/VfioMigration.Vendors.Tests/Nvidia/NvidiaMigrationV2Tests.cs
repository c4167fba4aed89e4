using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Nvidia;

public sealed class NvidiaMigrationV2Tests() : MigrationV2Conformance("nvidia");
