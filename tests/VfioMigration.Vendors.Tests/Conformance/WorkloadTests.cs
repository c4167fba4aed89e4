using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vendors.Tests.Conformance;

/// <summary>What the workload of every driver does with its device.</summary>
public class WorkloadTests
{
    private const int ManySteps = 2000;

    public static TheoryData<string> Vendors => [.. VendorDevice.All.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Vendors))]
    public void Steps_OfEveryPattern_LeaveNoDifference(string vendor)
    {
        foreach (AccessPattern pattern in Enum.GetValues<AccessPattern>())
        {
            using BusyGuest guest = Start(vendor, 3, pattern);
            byte[] before = guest.Memory.Content.ToArray();
            guest.Run(ManySteps);

            Assert.Null(guest.Workload.FindDifference());
            Assert.Equal((ulong)ManySteps, guest.Workload.Steps);
            Assert.False(guest.Memory.Content.SequenceEqual(before));
        }
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public void Runs_WithOneSeed_AreEqual(string vendor)
    {
        using BusyGuest first = Start(vendor, 11);
        using BusyGuest second = Start(vendor, 11);
        using BusyGuest other = Start(vendor, 12);
        first.Run(500);
        second.Run(500);
        other.Run(500);

        Moves.AssertSame(first.Memory.Content, second.Memory.Content);
        Moves.AssertSame(first.SaveWorkload(), second.SaveWorkload());
        Moves.AssertSame(first.Device.Save(), second.Device.Save());
        Assert.False(first.SaveWorkload().AsSpan().SequenceEqual(other.SaveWorkload()));
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public void Guest_MovedToAnotherDevice_ContinuesWithoutDifference(string vendor)
    {
        using BusyGuest alone = Start(vendor, 21);
        alone.Run(ManySteps);
        using BusyGuest source = Start(vendor, 21);
        source.Run(ManySteps / 2);
        using BusyGuest arrived = source.MoveTo(VendorDevice.Named(vendor).Create("v2"));
        arrived.Run(ManySteps / 2);

        Assert.Null(arrived.Workload.FindDifference());
        Moves.AssertSame(alone.SaveWorkload(), arrived.SaveWorkload());
        Moves.AssertSame(alone.Memory.Content, arrived.Memory.Content);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public void Guest_OfAnySeedMovedAtAnyStep_ContinuesWithoutDifference(string vendor) =>
        Prop.ForAll<ulong, byte>((seed, steps) =>
        {
            using BusyGuest source = Start(vendor, seed);
            source.Run(steps);
            using BusyGuest arrived = source.MoveTo(VendorDevice.Named(vendor).Create("v2"));
            arrived.Run(100);
            return arrived.Workload.FindDifference() is null;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(4));

    [Theory]
    [MemberData(nameof(Vendors))]
    public void TamperedByte_OfGuestMemory_IsNamedByItsPage(string vendor)
    {
        using BusyGuest source = Start(vendor, 5);
        source.Run(100);
        byte[] program = source.SaveWorkload();
        byte[] memory = source.Memory.Content.ToArray();
        memory[(4096 * 9) + 77] ^= 1;
        memory[(4096 * 12) + 1] ^= 1;
        VfioDevice target = VendorDevice.Named(vendor).Create("v2");
        target.Load(source.Device.Save());
        using var arrived = new BusyGuest(target, source.Workload.Options, starts: false);
        arrived.Memory.Load(0, memory);

        Assert.Equal("checksum mismatch in page 9 of guest memory", arrived.LoadWorkload(program));
    }

    [Theory]
    [InlineData("mdpy", "video memory")]
    [InlineData("mbochs", "video memory")]
    [InlineData("i915", "video memory")]
    [InlineData("nvme", "the store")]
    public void DeviceMemory_ThatDidNotArrive_IsNamed(string vendor, string memory)
    {
        using BusyGuest source = Start(vendor, 5);
        source.Run(400);
        byte[] program = source.SaveWorkload();
        using var arrived = new BusyGuest(VendorDevice.Named(vendor).Create("v2"), source.Workload.Options, starts: false);
        arrived.Memory.Load(0, source.Memory.Content);

        Assert.Matches($"^checksum mismatch in page [0-9]+ of {memory}$", arrived.LoadWorkload(program));
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public void WorkloadState_CutShortOrTooLong_IsRefusedWithASentence(string vendor)
    {
        using BusyGuest guest = Start(vendor, 5);
        guest.Run(50);
        byte[] program = guest.SaveWorkload();

        Assert.All(
            (int[])[0, 1, 8, 24, program.Length / 2, program.Length - 1],
            length => Assert.Equal("the workload's state has an invalid length", guest.LoadWorkload(program.AsSpan(0, length))));
        Assert.Equal("the workload's state has an invalid length", guest.LoadWorkload([.. program, 0]));
        Assert.Null(guest.LoadWorkload(program));
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public void WorkloadState_OfNoise_DoesNoHarm(string vendor)
    {
        using BusyGuest guest = Start(vendor, 5);
        guest.Run(20);
        Prop.ForAll<byte[]>(noise => guest.LoadWorkload(noise) is not null).QuickCheckThrowOnFailure();

        for (int i = 0; i < 50; i++)
        {
            Assert.Contains(guest.Workload.Step(), (Errno[])[Errno.None, Errno.EBADMSG]);
        }
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public void Reset_OfTheDevice_LeavesMemoryOfTheGuestAlone(string vendor)
    {
        using BusyGuest guest = Start(vendor, 5);
        guest.Run(100);
        byte[] memory = guest.Memory.Content.ToArray();
        Assert.Equal(Errno.None, guest.Device.Reset());

        Moves.AssertSame(memory, guest.Memory.Content);
        Assert.Equal(VfioDeviceState.VFIO_DEVICE_STATE_RUNNING, guest.Device.Migration!.State);
    }

    private static BusyGuest Start(string vendor, ulong seed, AccessPattern pattern = AccessPattern.Uniform) =>
        new(VendorDevice.Named(vendor).Create("v2"), new WorkloadOptions(seed, pattern));
}
