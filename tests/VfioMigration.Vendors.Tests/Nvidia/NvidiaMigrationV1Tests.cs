using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Nvidia;

public sealed class NvidiaMigrationV1Tests() : MigrationV1Conformance("nvidia");
