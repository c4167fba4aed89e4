using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.HisiAcc;

public sealed class HisiAccMigrationV1Tests() : MigrationV1Conformance("hisi_acc_vfio_pci");
