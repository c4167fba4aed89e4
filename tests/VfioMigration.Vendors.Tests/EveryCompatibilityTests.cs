using System.Text;

using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Mdev;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Tests;

/// <summary>R4, R20: what holds for the judge of every driver.</summary>
public class EveryCompatibilityTests
{
    private static readonly string[] Drivers = ["mtty", "mdpy", "mbochs", "i915", "vfio_ccw", "vfio_pci", "i40evf", "nvme", "vfio_ap", "nvidia", "qat", "hisi_acc_vfio_pci", "wrapper_mdev", "idxd"];

    public static TheoryData<string> All => [.. Drivers];

    [Theory]
    [MemberData(nameof(All))]
    public void Judge_OfItsOwnString_Accepts(string driver)
    {
        Assert.All(JudgesOf(driver), judge =>
        {
            string own = judge.GetVersion().Value;
            Assert.Null(MigrationVersionString.FindProblem(own));
            Assert.True(VendorHost.Judge(judge, own).IsAccepted);
            Assert.True(VendorHost.Judge(judge, own + "\n").IsAccepted);
        });
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Judge_OfEveryOtherDriversString_RefusesWithAnErrno(string driver)
    {
        string[] foreign = [.. Drivers
            .Where(other => other != driver)
            .SelectMany(JudgesOf)
            .Select(judge => judge.GetVersion().Value)];
        Assert.NotEmpty(foreign);

        Assert.All(JudgesOf(driver), judge => Assert.All(foreign, remote => AssertRefused(judge, Encoding.ASCII.GetBytes(remote))));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Judge_OfNothingNulsAndFullPages_RefusesWithAnErrno(string driver)
    {
        byte[][] inputs = [[], [0], "\n"u8.ToArray(), new byte[4096], [.. Enumerable.Repeat((byte)'-', 4096)], [.. Enumerable.Repeat((byte)0xFF, 4096)]];

        Assert.All(JudgesOf(driver), judge => Assert.All(inputs, input => AssertRefused(judge, input)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Judge_OfNoise_NeverThrows(string driver)
    {
        IMigrationCompatibility judge = JudgesOf(driver)[0];

        Prop.ForAll<byte[]>(noise => IsWellFormed(judge.Judge(noise))).QuickCheckThrowOnFailure();
    }

    /// <summary>The own string with one byte replaced, cut short or continued is where parsers break.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void Judge_OfItsOwnStringDamaged_NeverThrows(string driver)
    {
        IMigrationCompatibility judge = JudgesOf(driver)[0];
        byte[] own = Encoding.ASCII.GetBytes(judge.GetVersion().Value);

        Prop.ForAll<byte, byte, byte[]>((place, value, tail) =>
        {
            byte[] replaced = [.. own];
            replaced[place % own.Length] = value;
            return IsWellFormed(judge.Judge(replaced))
                && IsWellFormed(judge.Judge(own.AsSpan(0, place % own.Length)))
                && IsWellFormed(judge.Judge([.. own, .. tail]));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("mtty")]
    [InlineData("mdpy")]
    [InlineData("mbochs")]
    [InlineData("i915")]
    [InlineData("vfio_ccw")]
    [InlineData("wrapper_mdev")]
    [InlineData("nvidia")]
    [InlineData("vfio_ap")]
    public void Version_OfATypeAndItsDevice_IsTheSame(string driver)
    {
        VendorHost host = Load(driver);
        MdevType type = host.Host.Mdev.Parents.First().Types[0];
        Assert.Equal(Errno.None, type.MdevParent.Create(type, VendorHost.Uuid));
        MdevDevice device = type.MdevParent.Devices.Single();

        Assert.Equal(host.Module.CompatibilityOf(type)!.GetVersion().Value, host.Module.CompatibilityOf(device)!.GetVersion().Value);
        Assert.Equal(
            host.Tree.Cat($"{type.DevPath[1..]}/migration_version").Value,
            host.Tree.Cat($"{device.DevPath[1..]}/migration_version").Value);
    }

    private static VendorHost Load(string driver) => VendorHost.LoadUsable(driver, ("migration_version", "true"));

    private static IMigrationCompatibility[] JudgesOf(string driver)
    {
        VendorHost host = Load(driver);
        return
        [
            .. host.Host.Mdev.Parents.SelectMany(parent => parent.Types).Select(type => host.Module.CompatibilityOf(type)!),
            .. host.Host.Pci.Devices.OfType<PciDevice>().Where(device => device.IsBound)
                .Select(device => host.Module.CompatibilityOf(device)).OfType<IMigrationCompatibility>(),
        ];
    }

    private static void AssertRefused(IMigrationCompatibility judge, byte[] remote)
    {
        Verdict verdict = judge.Judge(remote);

        Assert.False(verdict.IsAccepted);
        Assert.True(IsWellFormed(verdict));
    }

    private static bool IsWellFormed(Verdict verdict) =>
        verdict.Reason.Length > 0 && verdict.Rule.Length > 0 && (int)verdict.Errno is >= 0 and <= 511
        && verdict.IsAccepted == (verdict.Errno == Errno.None);
}
