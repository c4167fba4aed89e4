using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Nvidia;

public sealed class NvidiaMigrationRfcTests() : MigrationRfcConformance("nvidia");
