using VfioMigration.Buses.Pci;
using VfioMigration.Lab.Configuration;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Dma;

namespace VfioMigration.Lab.Tests;

/// <summary>Names and nodes of iommu groups, by what is in front of the device (NOTES.md 32; <c>drivers/vfio/group.c</c>).</summary>
public class IommuGroupTests
{
    private const string Function = "0000:00:02.0";
    private const string Path = $"devices/pci0000:00/{Function}";
    private const string Uuid = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";

    [Fact]
    public void FunctionBehindAnIommu_HasItsGroupBeforeAnyDriver()
    {
        Host host = Boot(new KernelOptions());

        Assert.Equal("../../../kernel/iommu_groups/0", host.Core.Tree.Readlink($"{Path}/iommu_group"));
        Assert.Equal(["devices", "reserved_regions", "type"], host.Core.Tree.List("kernel/iommu_groups/0").Order(StringComparer.Ordinal));
        Assert.Equal("DMA-FQ\n", host.Core.Tree.Cat("kernel/iommu_groups/0/type").Value);
        Assert.Equal("0x00000000fee00000 0x00000000feefffff msi\n", host.Core.Tree.Cat("kernel/iommu_groups/0/reserved_regions").Value);
        Assert.Empty(host.Core.Tree.List("class/vfio"));
    }

    [Fact]
    public void FunctionBehindAnIommu_HasTheNodeOfItsGroup()
    {
        Host host = Boot(new KernelOptions());
        Assert.True(host.Core.Tree.Echo("8086 591d", "bus/pci/drivers/vfio-pci/new_id").IsOk);

        Assert.Equal(["0"], host.Core.Tree.List("class/vfio"));
        Assert.Contains("DEVNAME=vfio/0\n", host.Core.Tree.Cat("devices/virtual/vfio/0/uevent").Value, StringComparison.Ordinal);
        Assert.True(host.Core.Tree.Echo("DMA", "kernel/iommu_groups/0/type").IsOk);
        using (host.Vfio.Find(Function)!.Open(new DmaMap()).Value)
        {
            Assert.Equal(Errno.EPERM, host.Core.Tree.Echo("identity", "kernel/iommu_groups/0/type").Error);
            Assert.True(host.Core.Tree.Echo("DMA-FQ", "kernel/iommu_groups/0/type").IsOk);
        }

        Assert.True(host.Core.Tree.Echo(Function, "bus/pci/drivers/vfio-pci/unbind").IsOk);
        Assert.Empty(host.Core.Tree.List("class/vfio"));
        Assert.Equal([Function], host.Core.Tree.List("kernel/iommu_groups/0/devices"));
        Assert.True(host.Core.Tree.Echo("identity\n", "kernel/iommu_groups/0/type").IsOk);
        Assert.Equal("identity\n", host.Core.Tree.Cat("kernel/iommu_groups/0/type").Value);
        Assert.Equal(Errno.EINVAL, host.Core.Tree.Echo("best", "kernel/iommu_groups/0/type").Error);
    }

    [Fact]
    public void FunctionWithoutAnIommu_IsInNoiommuModeWhileItIsBound()
    {
        Host host = Boot(new KernelOptions(HasIommu: false));
        Assert.Empty(host.Core.Tree.List("kernel/iommu_groups"));
        Assert.True(host.Core.Tree.Echo("8086 591d", "bus/pci/drivers/vfio-pci/new_id").IsOk);

        Assert.Equal("vfio-noiommu\n", host.Core.Tree.Cat("kernel/iommu_groups/0/name").Value);
        Assert.Equal(["noiommu-0"], host.Core.Tree.List("class/vfio"));
        Assert.Contains("DEVNAME=vfio/noiommu-0\n", host.Core.Tree.Cat("devices/virtual/vfio/noiommu-0/uevent").Value, StringComparison.Ordinal);
        Assert.True(host.Core.Tree.Echo(Function, "bus/pci/drivers/vfio-pci/unbind").IsOk);
        Assert.Empty(host.Core.Tree.List("kernel/iommu_groups"));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void MediatedDevice_HasAGroupOfVfioAndAnOrdinaryNode(bool hasIommu, int number)
    {
        Host host = Boot(new KernelOptions(HasIommu: hasIommu));
        Assert.True(host.Core.Tree.Echo(Uuid, "devices/virtual/mtty/mtty/mdev_supported_types/mtty-1/create").IsOk);

        Assert.Equal("vfio-noiommu\n", host.Core.Tree.Cat($"kernel/iommu_groups/{number}/name").Value);
        Assert.Equal("unknown\n", host.Core.Tree.Cat($"kernel/iommu_groups/{number}/type").Value);
        Assert.Equal(Errno.EINVAL, host.Core.Tree.Echo("identity", $"kernel/iommu_groups/{number}/type").Error);
        Assert.Equal([$"{number}"], host.Core.Tree.List("class/vfio"));
    }

    [Theory]
    [InlineData("6.12", false)]
    [InlineData("7.2", true)]
    [InlineData(null, true)]
    public void Features_OfDebugfs_AreThoseOfTheKernel(string? version, bool hasFeatures)
    {
        Host host = Boot(new KernelOptions(version));
        Assert.True(host.Core.Tree.Echo(Uuid, "devices/virtual/mtty/mtty/mdev_supported_types/mtty-1/create").IsOk);

        Assert.Equal(hasFeatures ? ["features", "state"] : (string[])["state"], host.Core.Tree.List($"kernel/debug/vfio/{Uuid}/migration").Order(StringComparer.Ordinal));
    }

    private static Host Boot(KernelOptions kernel)
    {
        var options = new HostOptions(
            "host",
            [(new PciAddress(0, 0, 2, 0), new PciIds(0x8086, 0x591D, 0, 0, 0x030000, 0))],
            [],
            [
                new DriverOptions("mtty", new Dictionary<string, string>(), true, "drivers:0"),
                new DriverOptions("vfio_pci", new Dictionary<string, string> { ["ids"] = "1111:2222" }, true, "drivers:1"),
            ],
            Kernel: kernel);
        Host host = TestHosts.Create(null, options);
        Assert.Empty(host.Boot());
        return host;
    }
}
