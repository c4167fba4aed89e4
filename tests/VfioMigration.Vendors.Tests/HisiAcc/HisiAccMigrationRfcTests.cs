using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.HisiAcc;

public sealed class HisiAccMigrationRfcTests() : MigrationRfcConformance("hisi_acc_vfio_pci");
