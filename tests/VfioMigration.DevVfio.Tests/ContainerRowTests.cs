using System.Globalization;
using System.Text.RegularExpressions;

using VfioMigration.DevVfio.Tests.Support;

using static VfioMigration.DevVfio.Tests.Support.MeasuredTable;
using static VfioMigration.Uapi.Vfio.VfioIoctlNumbers;

namespace VfioMigration.DevVfio.Tests;

/// <summary>Rows 1 to 20 and 34 to 56: a container before and after it has an address space.</summary>
public sealed class ContainerRowTests : IDisposable
{
    private const ulong Type1V2 = 3;

    private readonly DevVfioFixture fixture = new();
    private readonly int container;

    public ContainerRowTests()
    {
        Check(1, fixture.Open("vfio"));
        container = fixture.Client.Descriptors.Single();
    }

    public void Dispose() => fixture.Dispose();

    [Fact, Rows(1, 2, 16, 17, 19, 20)]
    public void Container_WithoutAGroup_RefusesAllButQuestions()
    {
        Check(2, fixture.Ioctl(container, VFIO_GET_API_VERSION));
        Check(16, fixture.Ioctl(container, VFIO_SET_IOMMU, 1));
        Check(17, fixture.Ioctl(container, VFIO_IOMMU_GET_INFO, Pack.Of(24u, 0u, 0UL, 0UL)));
        Check(19, fixture.Read(container, new byte[8]));
        Check(20, fixture.Write(container, new byte[8]));
    }

    [Theory, EachRow("container", @"^VFIO_CHECK_EXTENSION\(\d+\) before SET_IOMMU$")]
    public void Extension_BeforeSetIommu_IsThatOfTheDriver(int row) => Check(row, fixture.Ioctl(container, VFIO_CHECK_EXTENSION, NumberIn(row)));

    [Theory, EachRow("container", @"^VFIO_CHECK_EXTENSION\(\d+\) after SET_IOMMU$")]
    public void Extension_AfterSetIommu_IsThatOfTheAddressSpace(int row)
    {
        AttachGroup();
        Assert.Equal(0, fixture.Ioctl(container, VFIO_SET_IOMMU, Type1V2).Value);

        Check(row, fixture.Ioctl(container, VFIO_CHECK_EXTENSION, NumberIn(row)));
    }

    [Theory, EachRow("container", @"^SET_IOMMU\(\d+\) with mdev group attached$")]
    public void Iommu_OfAnotherModel_IsRefused(int row)
    {
        AttachGroup();

        Check(row, fixture.Ioctl(container, VFIO_SET_IOMMU, NumberIn(row)));
    }

    [Fact, Rows(43, 44)]
    public void Iommu_IsSetOnce()
    {
        AttachGroup();

        Check(43, fixture.Ioctl(container, VFIO_SET_IOMMU, Type1V2));
        Check(44, fixture.Ioctl(container, VFIO_SET_IOMMU, Type1V2));
    }

    private static ulong NumberIn(int row) =>
        ulong.Parse(Regex.Match(MeasuredTable.Rows[row].Operation, @"\((\d+)\)").Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    private void AttachGroup()
    {
        int group = fixture.Open(fixture.Create("mtty-1", 0xa0)).Value;
        Assert.Equal(0, fixture.Ioctl(group, VFIO_GROUP_SET_CONTAINER, Pack.Of(container)).Value);
    }
}
