using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Wrapper;

public sealed class WrapperMigrationV1Tests() : MigrationV1Conformance("wrapper_mdev");
