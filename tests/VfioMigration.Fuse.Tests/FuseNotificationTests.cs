using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse.Tests;

public sealed class FuseNotificationTests
{
    [Fact]
    public void InvalidateAttributes_NamesTheNode()
    {
        var notification = FuseNotification.InvalidateAttributes(5);

        Assert.Equal((FuseNotifyCode.FUSE_NOTIFY_INVAL_INODE, 5ul), (notification.Code, notification.Target));
        Assert.True(notification.Name.IsEmpty);
    }

    [Fact]
    public void ExpireEntry_NamesParentAndChild()
    {
        var notification = FuseNotification.ExpireEntry(5, "child"u8.ToArray());

        Assert.Equal((FuseNotifyCode.FUSE_NOTIFY_INVAL_ENTRY, 5ul), (notification.Code, notification.Target));
        Assert.Equal("child"u8.ToArray(), notification.Name.ToArray());
    }

    [Fact]
    public void WakePoll_NamesTheKernelHandle() =>
        Assert.Equal(new FuseNotification(FuseNotifyCode.FUSE_NOTIFY_POLL, 5, default), FuseNotification.WakePoll(5));
}
