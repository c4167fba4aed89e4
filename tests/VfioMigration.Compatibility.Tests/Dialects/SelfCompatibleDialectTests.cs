using VfioMigration.Compatibility.Dialects;
using VfioMigration.Compatibility.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Dialects;

/// <summary>P6.</summary>
public class SelfCompatibleDialectTests
{
    private readonly Bench bench = new(new SelfCompatibleDialect());

    private const string File = "migration_self_compatible";

    [Fact]
    public void Show_OfADevice_IsItselfAndABlockPerCut()
    {
        TreeNode node = bench.AddCard(NodeKind.MdevDevice, "Card_2", version: "1.1");

        Assert.Equal(
            """
            SELF:
              device_api=vfio-pci
              pci_id=1af4-0001
              mdev_type=Card_2
              software_version=1.1
              aggregator=1
              features=aes
              serial=7
            COMPATIBLE:
              device_api=vfio-pci
              pci_id={pci_id:string:"1af4-0001","1af4-0002"}
              mdev_type=Card_2
              software_version={software_version:string:"1.1","1.0"}
              aggregator=1
              features={features:string:"aes",""}
              serial=7
            COMPATIBLE:
              device_api=vfio-pci
            """,
            string.Join('\n', node.Read(File).Value.Split('\n').Take(18)));
        Assert.Equal(3, node.Read(File).Value.Split('\n').Count(line => line == "COMPATIBLE:"));
        Assert.Equal(FileModes.Octal(444), node.ModeOf(File));
    }

    [Fact]
    public void Show_OfNumbers_IsAVariableOfInts()
    {
        TreeNode node = bench.AddCard(NodeKind.MdevDevice, features: "1");

        Assert.Contains("features={features:string:\"1\",\"\"}", node.Read(File).Value, StringComparison.Ordinal);
        Assert.False(node.Write(File, "x") == Errno.None);
    }
}
