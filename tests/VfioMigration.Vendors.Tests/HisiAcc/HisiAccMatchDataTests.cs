using VfioMigration.Uapi;
using VfioMigration.Vendors.Tests.Conformance;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;

using static VfioMigration.Uapi.Vfio.VfioDeviceState;

namespace VfioMigration.Vendors.Tests.HisiAcc;

/// <summary>Match data are sent in PRE_COPY and judged at once.</summary>
public class HisiAccMatchDataTests
{
    private const int Size = 32;
    private const string Name = "0000:76:00.1";

    [Fact]
    public void PreCopy_ByItself_BeginsWithTheMatchData()
    {
        MigrationSession session = Device().Enter(VFIO_DEVICE_STATE_PRE_COPY)!;
        byte[] buffer = new byte[4096];
        ulong before = session.GetPrecopyInfo().Value.InitialBytes;

        Assert.Equal(Size, session.Read(buffer).Value);
        Assert.Equal(before - Size, session.GetPrecopyInfo().Value.InitialBytes);
        Assert.Equal([0xDE, 0xDE, 0xCA, 0xDE, 0xED, 0xFE, 0xCC, 0xAA], buffer[..8]);
        Assert.Equal([0xE5, 0x19, 0x51, 0xA2, 64, 0, 0, 0], buffer[12..20]);
    }

    [Theory]
    [InlineData("qp_num", "32", "number of queue pairs 64 does not match 32")]
    [InlineData("eq_depth", "1024", "depth of the event queue 2048 does not match 1024")]
    [InlineData("isolated", "true", "isolation state 0 does not match 1")]
    [InlineData("software_version", "2.0", "version 2.0 cannot load the state of version 1.0")]
    public void Mismatch_WhileTheSourceStillRuns_IsRefused(string option, string value, string reason)
    {
        VfioDevice source = Device();
        VendorHost host = VendorHost.LoadFunctions("hisi_acc_vfio_pci", (option, value));
        byte[] match = new byte[Size];
        Assert.Equal(Size, source.Enter(VFIO_DEVICE_STATE_PRE_COPY)!.Read(match).Value);
        MigrationSession resuming = host.Device(Name).Enter(VFIO_DEVICE_STATE_RESUMING)!;

        Assert.Equal(Errno.None, resuming.Write(match.AsSpan(0, Size - 1)));
        Assert.Equal(Errno.EINVAL, resuming.Write(match.AsSpan(Size - 1)));
        Assert.Contains($"migration: state refused: hisi_acc: {reason}", host.Tree.LogTexts()[^1], StringComparison.Ordinal);
        Assert.Equal(VFIO_DEVICE_STATE_PRE_COPY, source.Migration!.State);
        Assert.Equal(Errno.EINVAL, resuming.Write([0]));
        Assert.Equal(Errno.EINVAL, host.Device(Name).Migration!.SetState(VFIO_DEVICE_STATE_STOP).Error);
    }

    [Fact]
    public void MatchData_OfOlderSoftware_AreTaken()
    {
        VfioDevice target = VendorHost.LoadFunctions("hisi_acc_vfio_pci", ("software_version", "1.3")).Device(Name);

        Assert.Equal(Errno.None, target.TryLoad(Device().Save()));
    }

    [Fact]
    public void MatchData_ThatAreShort_LeaveTheDeviceInResuming()
    {
        VfioDevice target = Device();

        Assert.Equal(Errno.EINVAL, target.TryLoad(new byte[Size - 1]));
    }

    private static VfioDevice Device() => VendorHost.LoadFunctions("hisi_acc_vfio_pci").Device(Name);
}
