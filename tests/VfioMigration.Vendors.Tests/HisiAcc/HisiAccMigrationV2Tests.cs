using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.HisiAcc;

public sealed class HisiAccMigrationV2Tests() : MigrationV2Conformance("hisi_acc_vfio_pci");
