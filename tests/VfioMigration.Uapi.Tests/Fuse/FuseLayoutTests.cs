using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Uapi.Tests.Fuse;

/// <summary>Every structure against <c>include/uapi/linux/fuse.h</c>.</summary>
public sealed class FuseLayoutTests
{
    public static TheoryData<string, int, int> Sizes => new()
    {
        { "fuse_in_header", 40, Unsafe.SizeOf<FuseInHeader>() },
        { "fuse_out_header", 16, Unsafe.SizeOf<FuseOutHeader>() },
        { "fuse_init_in, first part", 16, Unsafe.SizeOf<FuseInitIn>() },
        { "fuse_init_out", 64, Unsafe.SizeOf<FuseInitOut>() },
        { "fuse_attr", 88, Unsafe.SizeOf<FuseAttr>() },
        { "fuse_entry_out", 128, Unsafe.SizeOf<FuseEntryOut>() },
        { "fuse_attr_out", 104, Unsafe.SizeOf<FuseAttrOut>() },
        { "fuse_getattr_in", 16, Unsafe.SizeOf<FuseGetattrIn>() },
        { "fuse_setattr_in", 88, Unsafe.SizeOf<FuseSetattrIn>() },
        { "fuse_fsync_in", 16, Unsafe.SizeOf<FuseFsyncIn>() },
        { "fuse_rename2_in", 16, Unsafe.SizeOf<FuseRename2In>() },
        { "fuse_mknod_in", 16, Unsafe.SizeOf<FuseMknodIn>() },
        { "fuse_open_in", 8, Unsafe.SizeOf<FuseOpenIn>() },
        { "fuse_open_out", 16, Unsafe.SizeOf<FuseOpenOut>() },
        { "fuse_release_in", 24, Unsafe.SizeOf<FuseReleaseIn>() },
        { "fuse_read_in", 40, Unsafe.SizeOf<FuseReadIn>() },
        { "fuse_write_in", 40, Unsafe.SizeOf<FuseWriteIn>() },
        { "fuse_write_out", 8, Unsafe.SizeOf<FuseWriteOut>() },
        { "fuse_statfs_out", 80, Unsafe.SizeOf<FuseStatfsOut>() },
        { "fuse_setxattr_in, compatible", 8, Unsafe.SizeOf<FuseSetxattrIn>() },
        { "fuse_getxattr_in", 8, Unsafe.SizeOf<FuseGetxattrIn>() },
        { "fuse_getxattr_out", 8, Unsafe.SizeOf<FuseGetxattrOut>() },
        { "fuse_poll_in", 24, Unsafe.SizeOf<FusePollIn>() },
        { "fuse_poll_out", 8, Unsafe.SizeOf<FusePollOut>() },
        { "fuse_interrupt_in", 8, Unsafe.SizeOf<FuseInterruptIn>() },
        { "fuse_forget_in", 8, Unsafe.SizeOf<FuseForgetIn>() },
        { "fuse_batch_forget_in", 8, Unsafe.SizeOf<FuseBatchForgetIn>() },
        { "fuse_forget_one", 16, Unsafe.SizeOf<FuseForgetOne>() },
        { "fuse_ioctl_in", 32, Unsafe.SizeOf<FuseIoctlIn>() },
        { "fuse_dirent", 24, Unsafe.SizeOf<FuseDirent>() },
        { "fuse_notify_poll_wakeup_out", 8, Unsafe.SizeOf<FuseNotifyPollWakeupOut>() },
        { "fuse_notify_inval_inode_out", 24, Unsafe.SizeOf<FuseNotifyInvalInodeOut>() },
        { "fuse_notify_inval_entry_out", 16, Unsafe.SizeOf<FuseNotifyInvalEntryOut>() },
    };

    public static TheoryData<Type, string, int> Offsets => new()
    {
        { typeof(FuseInHeader), nameof(FuseInHeader.Opcode), 4 },
        { typeof(FuseInHeader), nameof(FuseInHeader.Unique), 8 },
        { typeof(FuseInHeader), nameof(FuseInHeader.NodeId), 16 },
        { typeof(FuseInHeader), nameof(FuseInHeader.TotalExtensionLength), 36 },
        { typeof(FuseInitOut), nameof(FuseInitOut.MaxWrite), 20 },
        { typeof(FuseInitOut), nameof(FuseInitOut.MaxPages), 28 },
        { typeof(FuseInitOut), nameof(FuseInitOut.Flags2), 32 },
        { typeof(FuseInitOut), nameof(FuseInitOut.MaxStackDepth), 36 },
        { typeof(FuseAttr), nameof(FuseAttr.AtimeNsec), 48 },
        { typeof(FuseAttr), nameof(FuseAttr.Mode), 60 },
        { typeof(FuseAttr), nameof(FuseAttr.Blksize), 80 },
        { typeof(FuseEntryOut), nameof(FuseEntryOut.EntryValid), 16 },
        { typeof(FuseEntryOut), nameof(FuseEntryOut.AttrValid), 24 },
        { typeof(FuseEntryOut), nameof(FuseEntryOut.Attr), 40 },
        { typeof(FuseAttrOut), nameof(FuseAttrOut.Attr), 16 },
        { typeof(FuseSetattrIn), nameof(FuseSetattrIn.Handle), 8 },
        { typeof(FuseSetattrIn), nameof(FuseSetattrIn.Size), 16 },
        { typeof(FuseSetattrIn), nameof(FuseSetattrIn.Atime), 32 },
        { typeof(FuseSetattrIn), nameof(FuseSetattrIn.AtimeNsec), 56 },
        { typeof(FuseSetattrIn), nameof(FuseSetattrIn.Mode), 68 },
        { typeof(FuseSetattrIn), nameof(FuseSetattrIn.Uid), 76 },
        { typeof(FuseReadIn), nameof(FuseReadIn.Size), 16 },
        { typeof(FuseWriteIn), nameof(FuseWriteIn.Size), 16 },
        { typeof(FusePollIn), nameof(FusePollIn.Flags), 16 },
        { typeof(FuseStatfsOut), nameof(FuseStatfsOut.BlockSize), 40 },
        { typeof(FuseIoctlIn), nameof(FuseIoctlIn.Command), 12 },
        { typeof(FuseDirent), nameof(FuseDirent.NameLength), 16 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Structure_HasTheSizeOfTheKernels(string name, int kernel, int ours) => Assert.Equal((name, kernel), (name, ours));

    [Theory]
    [MemberData(nameof(Offsets))]
    public void Field_IsWhereTheKernelHasIt(Type structure, string field, int offset) =>
        Assert.Equal(offset, (int)Marshal.OffsetOf(structure, field));
}
