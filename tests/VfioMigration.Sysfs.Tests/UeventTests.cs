using System.Text;

namespace VfioMigration.Sysfs.Tests;

public class UeventTests
{
    private const string Path = "/devices/virtual/mtty/mtty/000000a0-1111-4222-8333-444455556666";

    private static readonly Uevent Bind =
        new("bind", Path, ["ACTION=bind", $"DEVPATH={Path}", "SUBSYSTEM=mdev", "DRIVER=mtty"], 783);

    [Fact]
    public void Payload_OfAMeasuredUevent_HasTheMeasuredBytes()
    {
        byte[] payload = Bind.ToPayload();

        Assert.Equal(191, payload.Length);
        Assert.Equal(
            $"bind@{Path}\0ACTION=bind\0DEVPATH={Path}\0SUBSYSTEM=mdev\0DRIVER=mtty\0SEQNUM=783\0",
            Encoding.ASCII.GetString(payload));
    }

    [Fact]
    public void Payload_WithoutSeqNum_EndsBeforeIt() =>
        Assert.EndsWith("DRIVER=mtty\0", Encoding.ASCII.GetString(Bind.ToPayload(withSeqNum: false)), StringComparison.Ordinal);

    [Fact]
    public void Header_OfAUevent_IsActionAtPath() => Assert.Equal($"bind@{Path}", Bind.Header);
}
