using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.Wrapper;

public sealed class WrapperMigrationV2Tests() : MigrationV2Conformance("wrapper_mdev");
