using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Wrapper;

public sealed class WrapperMigrationRfcTests() : MigrationRfcConformance("wrapper_mdev");
